using System.Net;
using System.Security.Cryptography;
using Fog.Firmware.Virtual;
using Fog.Firmware.Virtual.Boards;

namespace Fog.Client.Sdk.Cli.Fleet;

/// <summary>Virtual devices that a silo knows.</summary>
internal static class Enrolled
{
    /// <summary>Bytes of a file of claims. Ours: the largest fleet's.</summary>
    private const long ClaimsBytesMax = 4 << 20;

    /// <summary>Enrols <c>prefix-1</c> to <c>prefix-count</c>, with new keys if they were before.</summary>
    public static async Task<IReadOnlyList<VirtualDeviceOptions>> Devices(
        FogClient fog, DnsEndPoint broker, string prefix, int count, TimeSpan period, int dutyPermille, Board board, CancellationToken cancel)
    {
        var devices = new List<VirtualDeviceOptions>(count);
        for (int i = 1; i <= count; i++)
        {
            var identity = await fog.EnrolAsync($"{prefix}-{i}", replace: true, cancel);
            devices.Add(Device(ClaimText.Of(identity, broker), $"device {identity.Name}") with { Board = board, Period = period, DutyPermille = dutyPermille });
        }

        return devices;
    }

    /// <summary>The devices of a file of claims, one a line.</summary>
    /// <exception cref="CliException">It cannot be read, or a line is no claim.</exception>
    public static IReadOnlyList<VirtualDeviceOptions> Devices(string path, TimeSpan period, int dutyPermille, Board board)
    {
        try
        {
            return new FileInfo(path).Length <= ClaimsBytesMax
                ? [.. File.ReadAllLines(path).Where(static line => line.Trim().Length > 0).Select((line, i) =>
                    Device(line.Trim(), $"number {i + 1} of '{path}'") with { Board = board, Period = period, DutyPermille = dutyPermille })]
                : throw new CliException(CliError.BadFile($"The file '{path}' is too large for claims: at most {ClaimsBytesMax} bytes are taken."));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException(CliError.BadFile($"The file '{path}' cannot be read: check its name and its rights."));
        }
    }

    /// <param name="whose">What a failure calls the claim, which is a secret itself.</param>
    private static VirtualDeviceOptions Device(string claim, string whose) =>
        VirtualDeviceOptions.OfClaim(claim, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))))
            ?? throw new CliException(CliError.BadFile($"The claim of {whose} is none that a virtual device takes: it was copied wrongly, or asks for TLS."));
}
