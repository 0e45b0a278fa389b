namespace Fog.Engine.Tests.Storage.PowerLoss;

/// <summary>A disk to which a trace happens, and the images it may show after power was lost: what was synced is there; of the rest nothing, all, or any part.</summary>
internal sealed class LostPower
{
    /// <summary>What a disk writes whole.</summary>
    private const int SectorBytes = 512;

    private readonly Dictionary<string, Content> _names = [];
    private Dictionary<string, Content> _durableNames = [];

    /// <param name="files">What is durable before the trace.</param>
    internal LostPower(IReadOnlyDictionary<string, byte[]> files)
    {
        foreach (var (name, bytes) in files)
        {
            _names[name] = new Content(bytes);
        }

        _durableNames = new(_names);
    }

    /// <summary>Something would be lost now.</summary>
    internal bool HasUnsynced => _names.Values.Any(static file => file.Unsynced.Count > 0)
        || _names.Count != _durableNames.Count || _names.Any(name => _durableNames.GetValueOrDefault(name.Key) != name.Value);

    internal int Begun { get; private set; } = -1;

    internal int Acknowledged { get; private set; } = -1;

    internal bool IsMarked { get; set; }

    internal void Happens(DiskEvent happened)
    {
        switch (happened)
        {
            case Created created:
                _names[created.File] = new Content([]);
                break;
            case Deleted deleted:
                _names.Remove(deleted.File);
                break;
            case Wrote or Truncated:
                _names[NameOf(happened)].Unsynced.Add(happened);
                break;
            case Synced synced:
                _names[synced.File].Sync();
                break;
            case FolderSynced:
                _durableNames = new(_names);
                break;
            case Began began:
                Begun = began.Transaction;
                break;
            case Acknowledged acknowledged:
                Acknowledged = acknowledged.Transaction;
                break;
            case Marked marked:
                IsMarked = marked.InUse;
                break;
        }
    }

    /// <summary>Every unsynced write is lost.</summary>
    internal Dictionary<string, byte[]> Dropped() => _durableNames.ToDictionary(static f => f.Key, static f => f.Value.Durable);

    /// <summary>None is lost, as when only the process died.</summary>
    internal Dictionary<string, byte[]> Kept() => _names.ToDictionary(static f => f.Key, static f => f.Value.With(static _ => true, static _ => true));

    /// <summary>Each sector of each unsynced write, and each change of the folder, is lost or not by chance, in whatever order they came.</summary>
    internal Dictionary<string, byte[]> Torn(Random random)
    {
        Dictionary<string, byte[]> image = [];
        foreach (var name in _names.Keys.Union(_durableNames.Keys))
        {
            var durable = _durableNames.GetValueOrDefault(name);
            var current = _names.GetValueOrDefault(name);
            if ((random.Next(2) == 0 ? durable : current) is { } content)
            {
                bool tears = random.Next(2) == 0;
                image[name] = content.With(_ => tears || random.Next(2) == 0, _ => !tears || random.Next(2) == 0);
            }
        }

        return image;
    }

    private static string NameOf(DiskEvent happened) => happened switch
    {
        Wrote wrote => wrote.File,
        Truncated truncated => truncated.File,
        _ => throw new ArgumentException("No change of a file.", nameof(happened)),
    };

    /// <summary>A file's bytes, whatever names it has.</summary>
    private sealed class Content(byte[] durable)
    {
        internal byte[] Durable { get; private set; } = durable;

        internal List<DiskEvent> Unsynced { get; } = [];

        internal void Sync()
        {
            Durable = With(static _ => true, static _ => true);
            Unsynced.Clear();
        }

        /// <param name="change">Whether anything of this change got to the disk.</param>
        /// <param name="sector">Whether this sector of a change that did got there.</param>
        internal byte[] With(Func<DiskEvent, bool> change, Func<int, bool> sector)
        {
            if (Unsynced.Count == 0)
            {
                return Durable;
            }

            var file = new MemoryStream();
            file.Write(Durable);
            foreach (var happened in Unsynced.Where(change))
            {
                switch (happened)
                {
                    case Truncated truncated:
                        file.SetLength(truncated.Length);
                        break;
                    case Wrote wrote:
                        Write(file, wrote, sector);
                        break;
                }
            }

            return file.ToArray();
        }

        private static void Write(MemoryStream file, Wrote wrote, Func<int, bool> sector)
        {
            for (int from = 0; from < wrote.Bytes.Length;)
            {
                int inSector = (int)((wrote.Offset + from) % SectorBytes);
                int to = Math.Min(wrote.Bytes.Length, from + SectorBytes - inSector);
                if (sector(from))
                {
                    file.Position = wrote.Offset + from;
                    file.Write(wrote.Bytes, from, to - from);
                }

                from = to;
            }
        }
    }
}
