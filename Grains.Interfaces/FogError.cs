namespace Fog.Grains.Interfaces;

/// <summary>Every way in which a request can fail through no fault of the fog's own. The name is what users see and match on.</summary>
public enum FogError
{
    None = 0,
    /// <summary>A name is not <c>[a-z0-9-]{1,32}</c>.</summary>
    InvalidName,
    /// <summary>A request's field is missing or out of its range.</summary>
    InvalidRequest,
    /// <summary>The module cannot be decoded, does not validate, or lacks its manifest.</summary>
    InvalidModule,
    /// <summary>Nothing is deployed under this name.</summary>
    UnknownFunction,
    /// <summary>Wrong number, type or range of arguments.</summary>
    InvalidArguments,
    /// <summary>No invocation under this key (or its outcome is older than it is kept).</summary>
    UnknownInvocation,
    /// <summary>The idempotency key was used for another request.</summary>
    IdempotencyConflict,
    /// <summary>The device was never enrolled.</summary>
    UnknownDevice,
    /// <summary>More replicas than any cluster has live members, or not an odd number from 1 to 7.</summary>
    TooManyReplicas,
    /// <summary>No cluster (or fog host) can take the call.</summary>
    NoCapacity,
    /// <summary>The deadline precedes the wakes that a majority needs.</summary>
    DeadlineUnreachable,
    /// <summary>The deadline passed before a majority agreed.</summary>
    DeadlineExceeded,
    /// <summary>No value can reach a majority of the seats any more.</summary>
    NoMajority,
    /// <summary>Image, arguments and memory do not fit the heap that the devices report.</summary>
    TooLargeForDevice,
    /// <summary>A majority agrees that the function trapped.</summary>
    FunctionTrapped,
    /// <summary>A named limit of the fog was reached.</summary>
    LimitExceeded,
    /// <summary>Bytes that should be in the blob store are not there, or not what their digest says.</summary>
    BlobUnavailable,
    /// <summary>The function is deployed, but not (or no longer) as the module that the call names.</summary>
    UnknownModule,
    /// <summary>The device is enrolled, and the request does not say that its key is to be replaced.</summary>
    AlreadyEnrolled,
    /// <summary>No token of the API has this name.</summary>
    UnknownToken,
    /// <summary>The file is no signed release, or its image is another than was signed.</summary>
    InvalidRelease,
    /// <summary>No release has this name.</summary>
    UnknownRelease,
    /// <summary>Another release has this board and version.</summary>
    ReleaseConflict,
    /// <summary>The site has had no rollout.</summary>
    UnknownRollout,
    /// <summary>A rollout is under way where none may be, or has ended where one must be.</summary>
    RolloutConflict,
    /// <summary>The function reads sensors, and the call does not say which device's.</summary>
    DeviceRequired,
}
