using Fog.Firmware.Loader.Cryptography;

namespace Fog.Firmware.Loader.Releases
{
    /// <summary>Whose releases a device takes, and for which board. It is part of what no update replaces.</summary>
    public sealed class ReleaseTrust
    {
        /// <summary>Keys a device knows at most: the one in use and its successors.</summary>
        public const int KeysMax = 4;

        private readonly string board;
        private readonly RsaKey[] keys;

        public ReleaseTrust(string board, RsaKey[] keys)
        {
            this.board = board;
            this.keys = keys;
        }

        /// <summary>Whether it may run here at all. The signature comes last: it costs seconds.</summary>
        public ReleaseFault Check(Release release)
        {
            if (release.Board != board)
            {
                return ReleaseFault.OtherBoard;
            }

            if (release.SizeBytes > Slots.Slots.SlotBytes)
            {
                return ReleaseFault.TooLarge;
            }

            ReleaseFault fault = ReleaseFault.UnknownKey;
            for (int i = 0; i < keys.Length; i++)
            {
                if (release.NamesKey(keys[i]))
                {
                    if (release.IsSignedBy(keys[i]))
                    {
                        return ReleaseFault.None;
                    }

                    fault = ReleaseFault.WrongSignature;
                }
            }

            return fault;
        }
    }
}
