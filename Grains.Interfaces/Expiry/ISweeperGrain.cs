namespace Fog.Grains.Interfaces.Expiry;

/// <summary>Goes through all expiry grains whose moment has come, by one reminder. Key: <see cref="Key"/>.</summary>
[Alias("fog.ISweeperGrain")]
public interface ISweeperGrain : IGrainWithStringKey
{
    const string Key = "fog";

    /// <summary>On return it will come to that moment's expiry grains, after every restart too.</summary>
    [Alias("Expect"), ResponseTimeout(GrainCalls.Timeout)]
    Task Expect(DateTimeOffset moment);
}
