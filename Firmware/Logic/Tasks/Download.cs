using Fog.Firmware.Loader;
using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Flash;
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

    /// <summary>One blob on its way into flash, taken strictly in order.</summary>
    /// <remarks>
    /// Each chunk is hashed and written as it comes, so that at the end nothing is left to do but compare; and the next
    /// chunks are asked for while the last ones of those asked for before are still on their way, so that the radio
    /// does not wait for hash and flash.
    /// </remarks>
    public sealed class Download
    {
        // The next chunks are asked for when so much is still to come of those before.
        private const int AheadBytes = 4 * ProtocolLimits.ChunkBytes;

        public readonly FlashRecord Record;

        private readonly IFlash flash;
        private readonly Sha256 hash = new Sha256();
        private readonly long beganMicros;
        private int haveBytes;
        private int askedBytes;
        private long retryMicros;
        private int attempts;
        private bool wentBack;

        public Download(IFlash flash, FlashRecord record, long nowMicros)
        {
            this.flash = flash;
            Record = record;
            beganMicros = nowMicros;
            retryMicros = nowMicros;
            int length = flash.Length(record.Name);
            haveBytes = length < 0 ? 0 : length;
            if (haveBytes >= record.TotalBytes || haveBytes % ProtocolLimits.ChunkBytes != 0)
            {
                // Whole but not found right, or a chunk half written: the device went down in between.
                flash.Delete(record.Name);
                haveBytes = 0;
            }

            askedBytes = haveBytes;
            HashWhatIsThere();
        }

        /// <summary>When to ask (again), should nothing come before.</summary>
        public long DueMicros
        {
            get { return retryMicros; }
        }

        /// <summary>It came whole at least once and was not what its digest says.</summary>
        public bool CameWrong
        {
            get { return attempts > 0; }
        }

        /// <summary>Null while enough chunks are expected.</summary>
        public Need Ask(long nowMicros)
        {
            if (nowMicros >= retryMicros)
            {
                // Nothing that was asked for is expected any more.
                askedBytes = haveBytes;
            }
            else if (askedBytes == Record.TotalBytes || askedBytes - haveBytes > AheadBytes)
            {
                return null;
            }

            retryMicros = nowMicros + FirmwareLimits.RetryMicros;
            int chunks = (Record.TotalBytes - askedBytes + ProtocolLimits.ChunkBytes - 1) / ProtocolLimits.ChunkBytes;
            Need need = new Need();
            need.Digest = Record.Digest;
            need.Offset = (uint)askedBytes;
            need.Count = chunks > ProtocolLimits.ChunksPerNeedMax ? ProtocolLimits.ChunksPerNeedMax : chunks;
            askedBytes += need.Count * ProtocolLimits.ChunkBytes;
            if (askedBytes > Record.TotalBytes)
            {
                askedBytes = Record.TotalBytes;
            }

            return need;
        }

        /// <summary>A chunk of this blob.</summary>
        public DownloadState Take(Chunk chunk, long nowMicros)
        {
            if (chunk.TotalBytes != Record.TotalBytes)
            {
                return DownloadState.Failed;
            }

            bool isLastAskedFor = chunk.Offset + chunk.Data.Length == askedBytes;
            if (chunk.Offset == haveBytes)
            {
                if (!flash.Append(Record.Name, chunk.Data, 0, chunk.Data.Length))
                {
                    return DownloadState.NoRoom;
                }

                hash.Add(chunk.Data, 0, chunk.Data.Length);
                haveBytes += chunk.Data.Length;
                wentBack = false;
                retryMicros = nowMicros + FirmwareLimits.RetryMicros;
            }

            if (haveBytes == Record.TotalBytes)
            {
                return Finish(nowMicros);
            }

            // All has come that will: back to the first chunk that was lost, at once when it is lost for the first time.
            if (isLastAskedFor && haveBytes < askedBytes && !wentBack)
            {
                wentBack = true;
                retryMicros = nowMicros;
            }

            return DownloadState.Going;
        }

        /// <summary>Charges the time that it took to the task that will use it.</summary>
        public void Leave(long nowMicros)
        {
            Record.RadioMicros += nowMicros - beganMicros;
        }

        private DownloadState Finish(long nowMicros)
        {
            if (ByteStrings.Equal(hash.Finish(), Record.Digest))
            {
                Record.Verified = true;
                return DownloadState.Done;
            }

            attempts++;
            flash.Delete(Record.Name);
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
                flash.Read(Record.Name, position, piece, 0, piece.Length);
                hash.Add(piece, 0, piece.Length);
            }
        }
    }
}
