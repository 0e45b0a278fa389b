using System.Collections.Immutable;
using System.Reflection;
using Fog.Grains.Interfaces;
using Orleans;

namespace Fog.Tidy;

/// <summary>Grain messages are passed without a copy, so nothing in them may ever change.</summary>
public sealed class Messages
{
    private static readonly HashSet<Type> s_values =
    [
        typeof(string), typeof(bool), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(float), typeof(double), typeof(decimal), typeof(TimeSpan), typeof(DateTimeOffset), typeof(DateOnly), typeof(Guid),
    ];

    private static readonly Assembly s_contracts = typeof(FogError).Assembly;

    public static TheoryData<string> All() =>
        [.. s_contracts.GetTypes().Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null).Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(All))]
    public void A_message_never_changes(string name)
    {
        var type = s_contracts.GetType(name)!;

        Offenders.None(FieldsOf(type).Where(field => !field.IsInitOnly || !NeverChanges(field.FieldType)).Select(field => field.Name));
    }

    [Fact]
    public void What_grains_take_and_give_is_a_message_or_a_value()
    {
        var wrong =
            from type in s_contracts.GetTypes()
            where type.IsInterface && typeof(Orleans.Runtime.IAddressable).IsAssignableFrom(type)
            from method in type.GetMethods()
            from given in method.GetParameters().Select(parameter => parameter.ParameterType).Append(Unwrapped(method.ReturnType))
            where given != typeof(void) && !NeverChanges(given)
            select $"{type.Name}.{method.Name}: {given}";

        Offenders.None(wrong);
    }

    [Fact]
    public void Every_message_has_an_alias_of_its_own()
    {
        var aliases = s_contracts.GetTypes()
            .Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null)
            .Select(type => (Type: type, type.GetCustomAttributes<AliasAttribute>(inherit: false).SingleOrDefault()?.Alias))
            .ToArray();

        Offenders.None(aliases.Where(message => message.Alias is null).Select(message => message.Type.FullName!));
        Offenders.None(aliases.GroupBy(message => message.Alias).Where(group => group.Count() > 1).Select(group => group.Key!));
    }

    private static bool NeverChanges(Type type)
    {
        if (s_values.Contains(type) || type.IsEnum)
        {
            return true;
        }

        if (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) || type.GetGenericTypeDefinition() == typeof(Nullable<>)))
        {
            return NeverChanges(type.GenericTypeArguments[0]);
        }

        return type.Assembly == s_contracts
            && (type.GetCustomAttribute<GenerateSerializerAttribute>() is not null || typeof(Orleans.Runtime.IAddressable).IsAssignableFrom(type));
    }

    /// <summary>Those of its bases in the contracts included; <see cref="Exception"/>'s own are the platform's.</summary>
    private static IEnumerable<FieldInfo> FieldsOf(Type type) => type.Assembly != s_contracts
        ? []
        : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Concat(FieldsOf(type.BaseType!));

    private static Type Unwrapped(Type result) =>
        result.IsGenericType && (result.GetGenericTypeDefinition() == typeof(Task<>) || result.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? result.GenericTypeArguments[0]
            : result == typeof(Task) || result == typeof(ValueTask) ? typeof(void) : result;
}
