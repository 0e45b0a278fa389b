using System;

namespace Fog.Wasm.Portable
{
    /// <summary>Why a snapshot is refused, or not made.</summary>
    public enum SnapshotError
    {
        Truncated,
        BadMagic,
        UnsupportedVersion,

        /// <summary>The length in the header is not the length at hand, or something follows the last field.</summary>
        LengthMismatch,

        /// <summary>It is not what was written: damaged or cut.</summary>
        DigestMismatch,

        /// <summary>It was taken of another image.</summary>
        WrongImage,

        /// <summary>It would have, or has, more bytes than <see cref="PortableLimits.SnapshotBytesMax"/>.</summary>
        TooLarge,

        /// <summary>More fuel used than the call may have.</summary>
        FuelOverLimit,

        /// <summary>More memory than the call may have, or less than the image begins with.</summary>
        MemoryOverLimit,

        /// <summary>More open calls than the call may have, or none.</summary>
        DepthOverLimit,

        /// <summary>Execution does not stand where a basic block begins.</summary>
        NotABlock,

        /// <summary>An open call that the image does not make.</summary>
        BadFrame,

        /// <summary>A phase, parameter, flag, table or chunk that there is not.</summary>
        BadField,
    }

    /// <summary>A snapshot cannot be resumed, or cannot be taken; never the guest's doing.</summary>
    public sealed class SnapshotException : Exception
    {
        private readonly SnapshotError error;

        public SnapshotException(SnapshotError error, string detail)
            : base(detail)
        {
            this.error = error;
        }

        public SnapshotError Error
        {
            get { return error; }
        }
    }
}
