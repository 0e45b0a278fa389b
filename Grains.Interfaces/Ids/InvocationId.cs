using System.Buffers.Binary;
using System.Globalization;
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

    /// <summary>The call that is an effect of this one: the same whenever it is asked, and like no name that a person gives.</summary>
    /// <param name="effect">Its place among the effects.</param>
    public InvocationId Continuation(int effect) =>
        new(Tenant, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{ToString()}#{effect}"))).AsSpan(0, FogName.LengthMax / 2)));

    public override string ToString() => $"{Tenant}/{Name}";
}
