using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Fog.Grains.Interfaces.Ids;

/// <summary>One call of a function; the name is its idempotency key. Its grain key is <c>tenant/name</c>.</summary>
[GenerateSerializer, Immutable, Alias("fog.InvocationId")]
public readonly record struct InvocationId([property: Id(0)] string Tenant, [property: Id(1)] string Name)
{
    /// <exception cref="FogException"><see cref="FogError.InvalidName"/>.</exception>
    public static InvocationId Parse(string key)
    {
        var (scope, name) = FogName.Split(key, "invocation");
        return new(scope, name);
    }

    /// <summary>Of the random numbers of the call: as good as drawn, and the same whenever it is asked.</summary>
    [JsonIgnore]
    public long Seed => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.ASCII.GetBytes(ToString())));

    public override string ToString() => $"{Tenant}/{Name}";
}
