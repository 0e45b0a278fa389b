using Fog.Firmware.Loader;
using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Logic.Flash;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Tasks
{
    public enum DownloadState
    {
        Going,
        Done,

        /// <summary>The fog does not have it, or what came is not what its digest says.</summary>
        Failed,

        /// <summary>Flash is full.</summary>
        NoRoom,
    }

    /// <summary>One blob on its way into the cache, in windows of a few chunks, taken strictly in order.</summary>
    /// <remarks>Each chunk is hashed and written as it comes, so that at the end nothing is left to do but compare.</remarks>
    public sealed class Download
    {
        public readonly CachedBlob Blob;

        private readonly BlobCache cache;
        private readonly Sha256 hash = new Sha256();
        private readonly long beganMicros;
        private int haveBytes;
        private int windowEndBytes;
        private long retryMicros;
        private int attempts;

        public Download(BlobCache cache, CachedBlob blob, long nowMicros)
        {
            this.cache = cache;
            Blob = blob;
            beganMicros = nowMicros;
            retryMicros = nowMicros;
            haveBytes = cache.HaveBytes(blob);
            if (haveBytes == blob.TotalBytes || haveBytes % ProtocolLimits.ChunkBytes != 0)
            {
                // Whole but not found right, or a chunk half written: the device went down in between.
                cache.Restart(blob);
                haveBytes = 0;
            }

            HashWhatIsThere();
        }

        /// <summary>When to ask (again), should nothing come before.</summary>
        public long DueMicros
        {
            get { return retryMicros; }
        }

        /// <summary>Null while chunks are expected.</summary>
        public Need Ask(long nowMicros)
        {
            if (nowMicros < retryMicros)
            {
                return null;
            }

            retryMicros = nowMicros + FirmwareLimits.RetryMicros;
            int chunks = (Blob.TotalBytes - haveBytes + ProtocolLimits.ChunkBytes - 1) / ProtocolLimits.ChunkBytes;
            Need need = new Need();
            need.Digest = Blob.Digest;
            need.Offset = (uint)haveBytes;
            need.Count = chunks > ProtocolLimits.ChunksPerNeedMax ? ProtocolLimits.ChunksPerNeedMax : chunks;
            windowEndBytes = haveBytes + (need.Count * ProtocolLimits.ChunkBytes);
            if (windowEndBytes > Blob.TotalBytes)
            {
                windowEndBytes = Blob.TotalBytes;
            }

            return need;
        }

        /// <summary>A chunk of this blob.</summary>
        public DownloadState Take(Chunk chunk, long nowMicros)
        {
            if (chunk.TotalBytes != Blob.TotalBytes)
            {
                return DownloadState.Failed;
            }

            bool isLastOfWindow = chunk.Offset + chunk.Data.Length == windowEndBytes;
            if (chunk.Offset == haveBytes)
            {
                if (!cache.Append(Blob, chunk.Data))
                {
                    return DownloadState.NoRoom;
                }

                hash.Add(chunk.Data, 0, chunk.Data.Length);
                haveBytes += chunk.Data.Length;
                retryMicros = nowMicros + FirmwareLimits.RetryMicros;
            }

            if (haveBytes == Blob.TotalBytes)
            {
                return Finish(nowMicros);
            }

            // The window is over: go on, or back to the first chunk that was lost.
            if (isLastOfWindow)
            {
                retryMicros = nowMicros;
            }

            return DownloadState.Going;
        }

        /// <summary>Charges the time that it took to the task that will use it.</summary>
        public void Leave(long nowMicros)
        {
            Blob.RadioMicros += nowMicros - beganMicros;
        }

        private DownloadState Finish(long nowMicros)
        {
            if (ByteStrings.Equal(hash.Finish(), Blob.Digest))
            {
                Blob.Verified = true;
                return DownloadState.Done;
            }

            attempts++;
            cache.Restart(Blob);
            haveBytes = 0;
            hash.Restart();
            retryMicros = nowMicros;
            return attempts < FirmwareLimits.DownloadAttemptsMax ? DownloadState.Going : DownloadState.Failed;
        }

        private void HashWhatIsThere()
        {
            byte[] piece = new byte[ProtocolLimits.ChunkBytes];
            for (int position = 0; position < haveBytes; position += piece.Length)
            {
                int count = haveBytes - position < piece.Length ? haveBytes - position : piece.Length;
                cache.Read(Blob, position, piece, count);
                hash.Add(piece, 0, count);
            }
        }
    }
}
