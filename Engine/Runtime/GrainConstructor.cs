using System.Reflection;
using Fog.Engine.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Engine.Runtime;

/// <summary>Constructs grains of one class: its parameters are services, or state marked <see cref="PersistentStateAttribute"/>.</summary>
internal sealed class GrainConstructor
{
    private readonly ConstructorInvoker _invoker;
    private readonly Func<Activation, object?>[] _arguments;

    /// <exception cref="ArgumentException">The class cannot be constructed.</exception>
    internal GrainConstructor(Type type)
    {
        if (type.GetConstructors() is not [var constructor])
        {
            throw new ArgumentException($"Grain class {type} must have exactly one public constructor.");
        }

        _invoker = ConstructorInvoker.Create(constructor);
        _arguments = [.. constructor.GetParameters().Select(ArgumentFor)];
    }

    internal object Construct(Activation activation)
    {
        var arguments = new object?[_arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = _arguments[i](activation);
        }

        return _invoker.Invoke(arguments.AsSpan());
    }

    private static Func<Activation, object?> ArgumentFor(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } state)
        {
            return StateArgument(parameter, state);
        }

        if (type == typeof(IGrainContext))
        {
            return static activation => activation;
        }

        if (parameter.HasDefaultValue)
        {
            var missing = parameter.DefaultValue;
            return activation => activation.ActivationServices.GetService(type) ?? missing;
        }

        return activation => activation.ActivationServices.GetRequiredService(type);
    }

    private static Func<Activation, object?> StateArgument(ParameterInfo parameter, PersistentStateAttribute state)
    {
        var type = parameter.ParameterType;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new ArgumentException($"Parameter {parameter.Name} of {parameter.Member.DeclaringType} is marked [PersistentState]: it must be an IPersistentState<T>.");
        }

        var make = typeof(GrainConstructor)
            .GetMethod(nameof(MakeState), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type.GetGenericArguments())
            .CreateDelegate<Func<Activation, string, object>>();
        return activation => make(activation, state.StateName);
    }

    private static object MakeState<TState>(Activation activation, string name)
    {
        var state = new PersistentState<TState>(activation, name);
        activation.Attach(state);
        return state;
    }
}
