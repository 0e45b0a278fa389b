using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Interfaces.Rollouts;

/// <summary>A release that a device shall run.</summary>
/// <param name="Release">Its identity: SHA-256 of what is signed.</param>
/// <param name="Attempt">1 to 255; a device tries what failed again under another number only.</param>
/// <param name="Manifest">With the signature.</param>
/// <param name="Image">SHA-256 of the image, which is in the blob store.</param>
[GenerateSerializer, Immutable, Alias("fog.UpdateOffer")]
public sealed record UpdateOffer(Digest Release, int Attempt, uint Version, ImmutableArray<byte> Manifest, Digest Image)
{
    public bool IsOf(Digest release, int attempt) => Release == release && Attempt == attempt;
}

/// <summary>How far a device is with a release (docs/protocol.md, 0x09).</summary>
public enum UpdateState : byte
{
    Waiting = 0,
    Downloading = 1,
    Staged = 2,
    Probation = 3,
    Confirmed = 4,
    Failed = 5,
}

/// <summary>Why a device does not run a release (docs/protocol.md, 0x09).</summary>
public enum UpdateFault : byte
{
    None = 0,
    UnknownKey = 1,
    WrongSignature = 2,
    OtherBoard = 3,
    NotNewer = 4,
    TooOld = 5,
    TooLarge = 6,
    WrongImage = 7,
    NotThere = 8,
    FlashFull = 9,
    NotConfirmed = 10,
    Damaged = 11,
}

/// <summary>What a node grain tells the rollout.</summary>
/// <param name="RunningVersion">By the hello of the session that it was said in.</param>
/// <param name="SentBytes">To the device, of this release and attempt, envelopes included.</param>
[GenerateSerializer, Immutable, Alias("fog.UpdateReport")]
public sealed record UpdateReport(
    Digest Release, int Attempt, UpdateState State, UpdateFault Fault, int HaveBytes, uint RunningVersion, long SentBytes, WakePlan Wakes);

/// <summary>When a device is expected.</summary>
/// <param name="Next">Null: it was never seen.</param>
/// <param name="Grace">How much later is still in time.</param>
[GenerateSerializer, Immutable, Alias("fog.WakePlan")]
public sealed record WakePlan(DateTimeOffset? Next, TimeSpan Period, TimeSpan Grace)
{
    /// <summary>Wakes that were expected and not seen.</summary>
    /// <param name="since">Not looked at before: whoever looks may have been away.</param>
    public int Missed(DateTimeOffset now, DateTimeOffset since)
    {
        var due = Next is { } next && next > since ? next : since;
        return Next is null || now <= due + Grace ? 0 : 1 + (int)Math.Min(1000, (now - due - Grace) / Period);
    }
}
