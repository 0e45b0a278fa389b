using Fog.Silo.Host.Keys;

namespace Fog.Silo.Host.Tests.Keys;

public sealed class MasterKeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fog-keys-").FullName;

    private string Keys => Path.Combine(_folder, "master.keys");

    [Fact]
    public void The_first_start_makes_a_file_for_its_owner_alone()
    {
        Assert.True(MasterKeyFile.Ensure(Keys));
        Assert.False(MasterKeyFile.Ensure(Keys));
        Assert.Single(MasterKeyFile.Read(Keys).Ids);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Keys));
        }
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_that_others_may_use_is_refused(UnixFileMode more)
    {
        MasterKeyFile.Ensure(Keys);
        if (OperatingSystem.IsWindows())
        {
            Assert.Single(MasterKeyFile.Read(Keys).Ids);
            return;
        }

        File.SetUnixFileMode(Keys, File.GetUnixFileMode(Keys) | more);
        Assert.Contains($"chmod 600 {Keys}", Assert.Throws<SiloStartException>(() => MasterKeyFile.Read(Keys)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rotation_adds_a_key_and_keeps_the_old_one_until_it_is_dropped()
    {
        MasterKeyFile.Ensure(Keys);
        string old = MasterKeyFile.Read(Keys).Current.Id;
        var ring = MasterKeyFile.Rotate(Keys);
        Assert.Equal([old, ring.Current.Id], ring.Ids.AsEnumerable());
        Assert.Contains("rotate first", Assert.Throws<SiloStartException>(() => MasterKeyFile.Drop(Keys, ring.Current.Id)).Message, StringComparison.Ordinal);
        Assert.Equal([ring.Current.Id], MasterKeyFile.Drop(Keys, old).Ids.AsEnumerable());
        Assert.Contains($"no key {old}", Assert.Throws<SiloStartException>(() => MasterKeyFile.Drop(Keys, old)).Message, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Keys));
        }
    }

    [Fact]
    public void A_rotation_that_a_crash_cut_off_anywhere_has_not_happened()
    {
        MasterKeyFile.Ensure(Keys);
        string before = File.ReadAllText(Keys), id = MasterKeyFile.Read(Keys).Current.Id;
        MasterKeyFile.Rotate(Keys);
        string after = File.ReadAllText(Keys);
        for (int length = before.Length; length < after.Length; length++)
        {
            File.WriteAllText(Keys, after[..length]);
            Assert.Equal([id], MasterKeyFile.Read(Keys).Ids.AsEnumerable());
        }

        Assert.Equal(2, MasterKeyFile.Rotate(Keys).Ids.Length);
    }

    [Fact]
    public void A_ring_has_a_limit()
    {
        MasterKeyFile.Ensure(Keys);
        for (int i = 1; i < 16; i++)
        {
            MasterKeyFile.Rotate(Keys);
        }

        Assert.Contains("the most it may have", Assert.Throws<SiloStartException>(() => MasterKeyFile.Rotate(Keys)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fog master keys 1\n")]
    [InlineData("fog master keys 2\n0000000000000000000000000000000000000000000000000000000000000000\n")]
    [InlineData("fog master keys 1\nnot a key\n")]
    public void A_file_of_something_else_is_refused(string content)
    {
        MasterKeyFile.Ensure(Keys);
        File.WriteAllText(Keys, content);
        Assert.Contains("no file of master keys", Assert.Throws<SiloStartException>(() => MasterKeyFile.Read(Keys)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
