using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Fog.Engine.Hosting;
using Orleans.Concurrency;

namespace Fog.Tidy;

/// <summary>The engine declares what our code uses of Orleans, and no more.</summary>
public sealed class EngineSurface
{
    /// <summary>Those that compile against Orleans' API.</summary>
    private static readonly string[] s_users = ["Grains.Interfaces.dll", "Grains.dll", "DeviceProxy.Proxy.dll", "Silo.Gateway.dll", "Silo.Host.dll"];

    /// <summary>The attributes of scheduling and naming are a whole, and so are the ways to subscribe: half of them would be a trap for whoever writes the next grain.</summary>
    private static readonly Type[] s_kept =
    [
        typeof(AlwaysInterleaveAttribute), typeof(StatelessWorkerAttribute), typeof(Orleans.GrainTypeAttribute), typeof(Orleans.Streams.AsyncObservableExtensions),
    ];

    [Fact]
    public void What_it_declares_in_Orleans_namespaces_is_used()
    {
        Type[] declared = [.. typeof(FogEngineOptions).Assembly.GetExportedTypes().Where(IsOrleans)];
        var named = s_users.SelectMany(UsedBy).ToHashSet();
        var reached = new HashSet<Type>(s_kept);
        var waiting = new Queue<Type>(declared.Where(type => named.Contains(type.Name)).Concat(s_kept));
        while (waiting.TryDequeue(out var type))
        {
            reached.Add(type);
            foreach (var next in SeenThrough(type).Where(next => IsOrleans(next) && !reached.Contains(next)))
            {
                reached.Add(next);
                waiting.Enqueue(next);
            }
        }

        // What is thrown is used by whoever catches or logs it.
        Offenders.None(declared.Except(reached).Where(type => !typeof(Exception).IsAssignableFrom(type)).Select(type => type.FullName!));
    }

    private static bool IsOrleans(Type type) => type.Namespace is { } name && (name == "Orleans" || name.StartsWith("Orleans.", StringComparison.Ordinal));

    /// <summary>Its base, its interfaces, and the types in its public signatures.</summary>
    private static IEnumerable<Type> SeenThrough(Type type) =>
        type.GetInterfaces()
            .Append(type.BaseType ?? typeof(object))
            .Concat(type.GetProperties().Select(property => property.PropertyType))
            .Concat(type.GetMethods().SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)))
            .Concat(type.GetConstructors().SelectMany(constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType)))
            .SelectMany(seen => seen.IsGenericType ? seen.GenericTypeArguments.Append(seen.GetGenericTypeDefinition()) : [seen]);

    /// <summary>Names of the types that an assembly refers to.</summary>
    private static IEnumerable<string> UsedBy(string assembly)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        return [.. metadata.TypeReferences.Select(handle => metadata.GetString(metadata.GetTypeReference(handle).Name))];
    }
}
