using System;

namespace Fog.Wasm.Portable
{
    // A run between two steps as bytes (docs/snapshots.md), and back. Image and arguments are not among them: both belong
    // to the task, and come with it again.
    public sealed partial class FunctionRun
    {
        private const int SnapshotMagic = 0x53474F46;
        private const int SnapshotVersion = 1;
        private const int DigestBytes = 32;

        /// <summary>Goes on where a snapshot was taken, in this process or any other, within these limits.</summary>
        /// <param name="image">The image that the snapshot was taken of.</param>
        /// <param name="arguments">The same arguments.</param>
        /// <param name="snapshot">What <see cref="Snapshot"/> returned; not trusted.</param>
        /// <param name="imageDigest">SHA-256 of the image.</param>
        /// <param name="digest">SHA-256, unused so far.</param>
        /// <param name="fuelMax">As for the constructor; the fuel used before counts.</param>
        /// <param name="memoryBytesMax">As for the constructor.</param>
        /// <param name="callDepthMax">As for the constructor.</param>
        /// <param name="fog">As for the constructor, of the same invocation, and new.</param>
        /// <exception cref="SnapshotException">The snapshot is damaged, of another image, over a limit, or the state of no run.</exception>
        /// <exception cref="ImageException">The image is malformed, too large, or no function.</exception>
        /// <exception cref="ArgumentEncodingException">The arguments are malformed or of other types.</exception>
        public static FunctionRun Resume(byte[] image, byte[] arguments, byte[] snapshot, byte[] imageDigest, IDigest digest, long fuelMax, int memoryBytesMax, int callDepthMax, FogModule fog = null)
        {
            FunctionRun run = Restore(image, snapshot, imageDigest, digest, fuelMax, memoryBytesMax, callDepthMax, fog);
            ArgumentReader reader = new ArgumentReader(arguments, run.image.ParameterTags);
            if (run.phase != Phase.Calling) run.arguments = reader;
            return run;
        }

        /// <summary>
        /// The fuel used of a snapshot that <see cref="Resume"/> would take, whatever the arguments. That it tells the truth
        /// cannot be seen.
        /// </summary>
        /// <exception cref="SnapshotException">As for <see cref="Resume"/>.</exception>
        /// <exception cref="ImageException">As for <see cref="Resume"/>.</exception>
        public static long CheckSnapshot(byte[] image, byte[] snapshot, byte[] imageDigest, IDigest digest, long fuelMax, int memoryBytesMax, int callDepthMax)
        {
            return Restore(image, snapshot, imageDigest, digest, fuelMax, memoryBytesMax, callDepthMax, new FogModule(0, 0)).FuelUsed;
        }

        /// <summary>The run as it stands, between two steps, before its result is there. It goes on unharmed.</summary>
        /// <param name="imageDigest">SHA-256 of the image, 32 bytes.</param>
        /// <param name="digest">SHA-256, unused so far.</param>
        /// <exception cref="SnapshotException"><see cref="SnapshotError.TooLarge"/>.</exception>
        /// <exception cref="ArgumentException">The run is finished, or the digest is none.</exception>
        public byte[] Snapshot(byte[] imageDigest, IDigest digest)
        {
            if (phase == Phase.Finished) throw new ArgumentException("finished");
            if (imageDigest.Length != DigestBytes) throw new ArgumentException("imageDigest");
            SnapshotWriter counter = new SnapshotWriter(null);
            Write(counter, 0, imageDigest);
            int bytes = counter.Position;
            if (bytes + DigestBytes > PortableLimits.SnapshotBytesMax) throw new SnapshotException(SnapshotError.TooLarge, "snapshot bytes");
            byte[] snapshot = new byte[bytes + DigestBytes];
            Write(new SnapshotWriter(snapshot), snapshot.Length, imageDigest);
            digest.Add(snapshot, 0, bytes);
            Array.Copy(digest.Finish(), 0, snapshot, bytes, DigestBytes);
            return snapshot;
        }

        private static FunctionRun Restore(byte[] image, byte[] snapshot, byte[] imageDigest, IDigest digest, long fuelMax, int memoryBytesMax, int callDepthMax, FogModule fog)
        {
            CheckDigest(snapshot, digest);
            FunctionRun run = new FunctionRun(image, fuelMax, memoryBytesMax, callDepthMax, fog, null);
            ImageReader reader = new ImageReader(snapshot);
            try
            {
                run.Read(reader, snapshot.Length, imageDigest);
            }
            catch (ImageException)
            {
                throw new SnapshotException(SnapshotError.Truncated, "the snapshot ends early");
            }

            if (reader.Left != DigestBytes) throw new SnapshotException(SnapshotError.LengthMismatch, "bytes behind the memory");
            return run;
        }

        private static void CheckDigest(byte[] snapshot, IDigest digest)
        {
            if (snapshot.Length > PortableLimits.SnapshotBytesMax) throw new SnapshotException(SnapshotError.TooLarge, "snapshot bytes");
            int bytes = snapshot.Length - DigestBytes;
            if (bytes < 0) throw new SnapshotException(SnapshotError.Truncated, "the snapshot ends early");
            digest.Add(snapshot, 0, bytes);
            byte[] actual = digest.Finish();
            for (int i = 0; i < DigestBytes; i++)
            {
                if (actual[i] != snapshot[bytes + i]) throw new SnapshotException(SnapshotError.DigestMismatch, "the snapshot is damaged");
            }
        }

        private void Read(ImageReader reader, int length, byte[] imageDigest)
        {
            if (reader.I32() != SnapshotMagic) throw new SnapshotException(SnapshotError.BadMagic, "no snapshot");
            if (reader.U16() != SnapshotVersion) throw new SnapshotException(SnapshotError.UnsupportedVersion, "snapshot version");
            if (reader.U16() != 0) throw new SnapshotException(SnapshotError.UnsupportedVersion, "reserved header bits");
            if (reader.I32() != length) throw new SnapshotException(SnapshotError.LengthMismatch, "snapshot length");
            for (int i = 0; i < DigestBytes; i++)
            {
                if (reader.U8() != imageDigest[i]) throw new SnapshotException(SnapshotError.WrongImage, "image digest");
            }

            phase = (Phase)reader.U8();
            parameter = reader.U8();
            byte[] tags = image.ParameterTags;
            int function = DeviceImage.None;
            if (phase == Phase.Starting && parameter == 0) function = image.Start;
            else if (phase == Phase.Calling && parameter == tags.Length) function = image.EntryFunction;
            else if (phase == Phase.Allocating && parameter < tags.Length && ValueTag.IsReference(tags[parameter])) function = image.Allocator;
            if (function == DeviceImage.None) throw new SnapshotException(SnapshotError.BadField, "a phase that the image does not have");
            for (int i = 0; i < parameter && phase == Phase.Allocating; i++)
            {
                if (ValueTag.IsReference(tags[i])) pointers[i] = reader.I32();
            }

            executor.ReadState(reader, function);
            if (fog != null) fog.Read(reader, FuelUsed, reader.Left - DigestBytes);
        }

        private void Write(SnapshotWriter writer, int length, byte[] imageDigest)
        {
            writer.I32(SnapshotMagic);
            writer.U16(SnapshotVersion);
            writer.U16(0);
            writer.I32(length);
            writer.Bytes(imageDigest);
            writer.U8((int)phase);
            writer.U8(parameter);
            for (int i = 0; i < parameter && phase == Phase.Allocating; i++)
            {
                if (ValueTag.IsReference(image.ParameterTags[i])) writer.I32(pointers[i]);
            }

            executor.WriteState(writer, fuelMax);
            if (fog != null) fog.Write(writer);
        }
    }
}
