using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Tasks
{
    /// <summary>Chunks of a kept result that the fog asked for and that are not sent yet.</summary>
    internal sealed class Serving
    {
        public readonly byte[] Digest;
        public uint Offset;
        public int ChunksLeft;

        public Serving(Need need)
        {
            Digest = need.Digest;
            Offset = need.Offset;
            ChunksLeft = need.Count;
        }
    }
}
