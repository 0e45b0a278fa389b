using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Fog.Grains;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization;

namespace Fog.Silo.Host.Tests.Wire;

/// <summary>Calls between silos carry copies: every message survives Orleans' serialiser with nothing lost.</summary>
public sealed class SerialiserTests : IAsyncLifetime
{
    private readonly FogHost _silo = FogHost.Build(new FogHostOptions { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0) });
    private readonly NoLink _link = new();

    private Serializer Serializer => _silo.Services.GetRequiredService<Serializer>();

    public Task InitializeAsync() => _silo.StartAsync();

    public async Task DisposeAsync()
    {
        await _silo.StopAsync();
        await _silo.DisposeAsync();
    }

    [Fact]
    public void Every_message_and_state_survives_the_wire()
    {
        var types = new[] { typeof(FogError).Assembly, typeof(FogOptions).Assembly }
            .SelectMany(static assembly => assembly.GetTypes())
            .Where(static type => type.IsDefined(typeof(GenerateSerializerAttribute), false) && !type.IsAbstract && !type.IsAssignableTo(typeof(Exception)))
            .ToArray();
        Assert.NotEmpty(types);

        Assert.All(types, type =>
        {
            object original = Sample(type);
            object? copy = Serializer.Deserialize<object>(Serializer.SerializeToArray(original));
            Assert.IsType(type, copy);
            Assert.Equal(JsonSerializer.Serialize(original, type), JsonSerializer.Serialize(copy, type));
        });
    }

    [Fact]
    public void A_named_failure_keeps_its_name_and_its_sentence()
    {
        var original = new FogException(FogError.NoMajority, "Three of five seats disagree.");

        var copy = Assert.IsType<FogException>(Serializer.Deserialize<Exception>(Serializer.SerializeToArray<Exception>(original)));

        Assert.Equal((original.Error, original.Message), (copy.Error, copy.Message));
    }

    [Fact]
    public void A_default_array_of_bytes_arrives_as_one()
    {
        var copy = Serializer.Deserialize<ImmutableArray<byte>>(Serializer.SerializeToArray(default(ImmutableArray<byte>)));

        Assert.True(copy.IsDefault);
    }

    /// <summary>A value of which every part differs from the part's default.</summary>
    private object Sample(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Sample(underlying);
        }

        if (type.IsEnum)
        {
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
        }

        if (type == typeof(IDeviceLink))
        {
            return _silo.Services.GetRequiredService<IGrainFactory>().CreateObjectReference<IDeviceLink>(_link);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
        {
            return Samples(type.GetGenericArguments()[0], type);
        }

        return type switch
        {
            _ when type == typeof(string) => "text",
            _ when type == typeof(bool) => true,
            _ when type == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch.AddHours(7),
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(7),
            _ when type == typeof(ImmutableSortedSet<string>) => ImmutableSortedSet.Create(StringComparer.Ordinal, "text"),
            _ when type == typeof(DateOnly) => new DateOnly(2026, 7, 7),
            { IsPrimitive: true } => Convert.ChangeType(7, type),
            { IsAbstract: true } => Sample(Concrete(type).First()),
            _ => Filled(type),
        };
    }

    private static IEnumerable<Type> Concrete(Type type) =>
        type.IsAbstract ? type.Assembly.GetTypes().Where(other => !other.IsAbstract && other.IsAssignableTo(type)) : [type];

    private object Samples(Type item, Type array)
    {
        object[] values = [.. Concrete(item).Select(Sample)];
        var typed = Array.CreateInstance(item, values.Length);
        values.CopyTo(typed, 0);
        return typeof(ImmutableArray).GetMethods()
            .Single(static method => method.Name == nameof(ImmutableArray.Create)
                && method.GetParameters() is [{ ParameterType.IsArray: true }])
            .MakeGenericMethod(item)
            .Invoke(null, [typed])!;
    }

    private object Filled(Type type)
    {
        var parameters = type.GetConstructors().OrderByDescending(static constructor => constructor.GetParameters().Length).First().GetParameters();
        object value = Activator.CreateInstance(type, [.. parameters.Select(parameter => Sample(parameter.ParameterType))])!;
        foreach (var property in type.GetProperties().Where(property => property.CanWrite && parameters.All(parameter => parameter.Name != property.Name)))
        {
            property.SetValue(value, Sample(property.PropertyType));
        }

        return value;
    }

    private sealed class NoLink : IDeviceLink
    {
        public void Deliver(NodeId node, long epoch, ImmutableArray<Downlink> batch)
        {
        }
    }
}
