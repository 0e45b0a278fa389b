using System;
using System.Collections;
using Fog.Firmware.Loader;
using Fog.Firmware.Loader.Boards;
using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Releases;
using Fog.Firmware.Loader.Slots;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Device.SelfTest
{
    /// <summary>The fog for one device, in memory: sessions, one task, one release, blobs (docs/protocol.md).</summary>
    internal sealed class ScriptedFog
    {
        public const long SiteTimeMillis = 1700000000000;
        public const int SleepMillis = 30000;
        private const int TagBytes = 16;
        private const int HeaderBytes = 6;
        private const int NonceBytes = 16;
        private const int ChunkBytes = Blob.ChunkBytes;

        private readonly string site;
        private readonly string node;
        private readonly HmacSha256 deviceKey;
        private readonly ArrayList outbox = new ArrayList();
        private readonly ArrayList blobs = new ArrayList();
        private readonly ArrayList digests = new ArrayList();
        private HmacSha256 sessionKey;
        private uint sequence;
        private byte[] taskId;
        private Blob taskImage;
        private byte[] taskImageDigest;
        private Blob taskArguments;
        private byte[] manifest;
        private Release release;

        public ScriptedFog(string site, string node, byte[] key)
        {
            this.site = site;
            this.node = node;
            deviceKey = new HmacSha256(key);
        }

        public int Hellos;

        /// <summary>As the last hello said it.</summary>
        public uint FirmwareVersion;
        public int Sleeps;
        public int WrongMessages;

        /// <summary>How often the task's image was asked for.</summary>
        public int ImageRequests;

        /// <summary>What the device said last of the release that it is offered.</summary>
        public UpdateState UpdateState;
        public ReleaseFault UpdateFault;

        /// <summary>Status, reason, digest and fuel of the task's result; null: none has come.</summary>
        public byte[] ResultDigest;
        public int ResultReason;
        public long ResultFuel;

        public void Give(byte[] id, Blob image, Blob arguments)
        {
            taskId = id;
            taskImage = image;
            taskImageDigest = Add(image);
            taskArguments = arguments;
            Add(arguments);
            ResultDigest = null;
        }

        public void Offer(byte[] releaseManifest, Blob image)
        {
            manifest = releaseManifest;
            release = Release.Read(releaseManifest);
            UpdateState = UpdateState.Waiting;
            UpdateFault = ReleaseFault.None;
            Add(image);
        }

        /// <summary>Forgets the task and its blobs.</summary>
        public void Forget()
        {
            taskId = null;
            taskImage = null;
            taskImageDigest = null;
            taskArguments = null;
            blobs.Clear();
            digests.Clear();
        }

        /// <summary>The next message to the device; null: none.</summary>
        public PlatformEvent Next()
        {
            if (outbox.Count == 0)
            {
                return null;
            }

            PlatformEvent e = new PlatformEvent(PlatformEventKind.Message);
            e.Topic = Topic("down");
            e.Payload = (byte[])outbox[0];
            outbox.RemoveAt(0);
            return e;
        }

        public void Receive(string topic, byte[] message)
        {
            bool isHello = message[1] == 1;
            if (topic != Topic("up") || !IsSealed(message, isHello ? deviceKey : sessionKey))
            {
                WrongMessages++;
                return;
            }

            WireReader body = new WireReader(message, HeaderBytes, message.Length - HeaderBytes - TagBytes);
            switch (message[1])
            {
                case 1:
                    Hellos++;
                    byte[] nonce = body.Raw(NonceBytes);
                    FirmwareVersion = body.U32();
                    Welcome(nonce);
                    break;
                case 3:
                    TakeResult(body);
                    break;
                case 4:
                    Serve(body);
                    break;
                case 6:
                    Sleeps++;
                    break;
                case 9:
                    TakeUpdateStatus(body);
                    break;
                default:
                    break;
            }
        }

        private void Welcome(byte[] deviceNonce)
        {
            byte[] fogNonce = new byte[NonceBytes];
            fogNonce[0] = (byte)Hellos;
            WireWriter material = new WireWriter(128);
            material.U8(1);
            material.Name(site);
            material.Name(node);
            material.Raw(deviceNonce);
            material.Raw(fogNonce);
            byte[] bytes = material.ToArray();
            deviceKey.Restart();
            deviceKey.Add(bytes, 0, bytes.Length);
            sessionKey = new HmacSha256(deviceKey.Finish());
            sequence = 0;

            WireWriter welcome = Begin(0x81);
            welcome.Raw(fogNonce);
            welcome.U64(SiteTimeMillis);
            welcome.U32(SleepMillis);
            welcome.U32(10000);
            welcome.Name("");
            welcome.U32(0);
            welcome.U8(0);
            welcome.U16((taskId == null ? 0 : 1) + (manifest == null ? 0 : 1));
            Send(welcome);
            if (taskId != null)
            {
                SendTask();
            }

            if (manifest != null)
            {
                WireWriter update = Begin(0x87);
                update.U8(1);
                update.Bytes16(manifest, 0, manifest.Length);
                Send(update);
            }
        }

        private void TakeUpdateStatus(WireReader body)
        {
            bool isOffered = ByteStrings.Equal(body.Raw(Sha256.DigestBytes), release.Id) && body.U8() == 1;
            if (!isOffered)
            {
                WrongMessages++;
                return;
            }

            UpdateState = (UpdateState)body.U8();
            UpdateFault = (ReleaseFault)body.U8();
        }

        private void SendTask()
        {
            bool isInline = taskArguments.Length <= ChunkBytes;
            WireWriter task = Begin(0x82);
            task.Raw(taskId);
            task.U32(0);
            task.Raw(taskImageDigest);
            task.U32((uint)taskImage.Length);
            task.U64(1000000000);
            task.U32(65536);
            task.U16(256);
            task.U64(SiteTimeMillis * 2);
            task.Raw(taskArguments.Digest());
            task.U32((uint)taskArguments.Length);
            task.Bytes16(isInline && taskArguments.Length > 0 ? taskArguments.Chunk(0) : new byte[0], 0, isInline ? taskArguments.Length : 0);
            task.Raw(new byte[Sha256.DigestBytes]);
            task.U32(0);
            task.U64(SiteTimeMillis);
            task.U64(1);
            Send(task);
        }

        private void TakeResult(WireReader body)
        {
            byte[] id = body.Raw(NonceBytes);
            body.U8();
            ResultReason = body.U8();
            ResultDigest = body.Raw(Sha256.DigestBytes);
            body.U32();
            body.Bytes16(ChunkBytes);
            ResultFuel = body.U64();
            if (taskId != null && ByteStrings.Equal(id, taskId))
            {
                taskId = null;
            }

            WireWriter accepted = Begin(0x83);
            accepted.Raw(id);
            accepted.U8(0);
            Send(accepted);
        }

        private void Serve(WireReader body)
        {
            byte[] digest = body.Raw(Sha256.DigestBytes);
            int offset = (int)body.U32();
            int count = body.U8();
            if (taskImageDigest != null && ByteStrings.Equal(digest, taskImageDigest))
            {
                ImageRequests++;
            }

            Blob blob = BlobOf(digest);
            for (int i = 0; i < count && offset < blob.Length; i++)
            {
                byte[] bytes = blob.Chunk(offset / ChunkBytes);
                WireWriter chunk = Begin(0x85);
                chunk.Raw(digest);
                chunk.U32((uint)blob.Length);
                chunk.U32((uint)offset);
                chunk.Bytes16(bytes, 0, bytes.Length);
                Send(chunk);
                offset += bytes.Length;
            }
        }

        private byte[] Add(Blob blob)
        {
            byte[] digest = blob.Digest();
            blobs.Add(blob);
            digests.Add(digest);
            return digest;
        }

        private Blob BlobOf(byte[] digest)
        {
            for (int i = 0; i < digests.Count; i++)
            {
                if (ByteStrings.Equal((byte[])digests[i], digest))
                {
                    return (Blob)blobs[i];
                }
            }

            throw new ArgumentException("the device asks for a blob that there is not");
        }

        private WireWriter Begin(int type)
        {
            WireWriter writer = new WireWriter(256);
            writer.U8(1);
            writer.U8(type);
            writer.U32(sequence++);
            return writer;
        }

        private void Send(WireWriter writer)
        {
            byte[] untagged = writer.ToArray();
            writer.Raw(Tag(untagged, untagged.Length, sessionKey, Topic("down")), 0, TagBytes);
            outbox.Add(writer.ToArray());
        }

        private bool IsSealed(byte[] message, HmacSha256 key)
        {
            byte[] tag = Tag(message, message.Length - TagBytes, key, Topic("up"));
            for (int i = 0; i < TagBytes; i++)
            {
                if (tag[i] != message[message.Length - TagBytes + i])
                {
                    return false;
                }
            }

            return true;
        }

        private static byte[] Tag(byte[] message, int untaggedBytes, HmacSha256 key, string topic)
        {
            byte[] topicBytes = Ascii.Bytes(topic);
            key.Restart();
            key.Add(message, 0, untaggedBytes);
            key.Add(topicBytes, 0, topicBytes.Length);
            return key.Finish();
        }

        private string Topic(string direction)
        {
            return string.Concat(new string[] { "fog/", site, "/n/", node, "/", direction });
        }
    }
}
