using System;

namespace Fog.Wasm.Portable
{
    /// <summary>Why a device image is refused.</summary>
    public enum ImageError
    {
        Truncated,
        BadMagic,
        UnsupportedVersion,

        /// <summary>The length in the header is not the length at hand.</summary>
        LengthMismatch,

        /// <summary>A count or size is over a bound of <see cref="PortableLimits"/>.</summary>
        LimitExceeded,

        /// <summary>An index, address, tag or register stands for nothing.</summary>
        BadReference,

        /// <summary>The initial memory is more than the run may have.</summary>
        MemoryOverLimit,

        /// <summary>Code left its bounds while it ran: no image of the fog's own making does.</summary>
        CorruptCode,
    }

    /// <summary>A device image is malformed or too large; never the guest's doing.</summary>
    public sealed class ImageException : Exception
    {
        private readonly ImageError error;

        public ImageException(ImageError error, string detail)
            : base(detail)
        {
            this.error = error;
        }

        public ImageError Error
        {
            get { return error; }
        }
    }
}
