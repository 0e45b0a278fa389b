namespace Fog.Firmware.Logic
{
    /// <summary>Why a message of the fog was dropped. None of them is ever answered.</summary>
    public enum DropReason
    {
        None = 0,
        UnknownVersion,
        UnknownType,
        WrongTag,
        Replayed,
        Malformed,

        /// <summary>On a topic, or at a time, where it means nothing.</summary>
        OutOfPlace,

        /// <summary>A leader's task of another election term.</summary>
        WrongTerm,

        /// <summary>It will come again: the fog's mailbox still holds it.</summary>
        QueueFull,

        /// <summary>A task whose deadline has passed.</summary>
        TooLate,
    }

    /// <summary>Messages dropped in this wake, by reason.</summary>
    public sealed class DropCounts
    {
        private readonly int[] counts = new int[(int)DropReason.TooLate + 1];

        public int Of(DropReason reason)
        {
            return counts[(int)reason];
        }

        public int Total()
        {
            int total = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                total += counts[i];
            }

            return total;
        }

        internal void Add(DropReason reason)
        {
            counts[(int)reason]++;
        }

        internal string Describe()
        {
            return "dropped: version " + Of(DropReason.UnknownVersion).ToString()
                + ", type " + Of(DropReason.UnknownType).ToString()
                + ", tag " + Of(DropReason.WrongTag).ToString()
                + ", replayed " + Of(DropReason.Replayed).ToString()
                + ", malformed " + Of(DropReason.Malformed).ToString()
                + ", out of place " + Of(DropReason.OutOfPlace).ToString()
                + ", term " + Of(DropReason.WrongTerm).ToString()
                + ", queue full " + Of(DropReason.QueueFull).ToString()
                + ", too late " + Of(DropReason.TooLate).ToString();
        }
    }
}
