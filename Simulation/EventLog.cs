using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fog.Simulation.Scheduling;

namespace Fog.Simulation;

/// <summary>Everything that happened, as a running SHA-256 and the last few thousand lines.</summary>
internal sealed class EventLog(EventLoop loop) : IDisposable
{
    /// <summary>The subject of what concerns the whole site.</summary>
    public const string Silo = "silo";

    /// <summary>Lines kept for a trace.</summary>
    private const int LinesMax = 16_384;

    private const int BufferBytes = 4096;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Queue<Line> _lines = new();
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _buffered;

    public long Count { get; private set; }

    /// <param name="subject">Whom it concerns: a node, an invocation, a grain.</param>
    public void Add(string what, string subject, string detail = "", ReadOnlySpan<byte> content = default)
    {
        Count++;
        var numbers = Room(20);
        BinaryPrimitives.WriteInt64LittleEndian(numbers, loop.Now.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], loop.Steps);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[16..], content.Length);
        Append(what);
        Append(subject);
        Append(detail);
        Append(content);
        if (_lines.Count == LinesMax)
        {
            _lines.Dequeue();
        }

        _lines.Enqueue(new(loop.Now, loop.Steps, what, subject, detail, content.Length));
    }

    public string Digest()
    {
        Flush();
        return Convert.ToHexStringLower(_hash.GetCurrentHash())[..32];
    }

    /// <summary>The last lines about the first subject, and, from the first of them on, about the others and the silo.</summary>
    public IReadOnlyList<string> Trace(IReadOnlyList<string> subjects, int linesMax) =>
    [
        .. _lines
            .SkipWhile(line => subjects.Count > 0 && !line.Concerns(subjects[0]))
            .Where(line => line.Subject == Silo || subjects.Any(line.Concerns))
            .TakeLast(linesMax)
            .Select(static line => line.ToString()),
    ];

    public void Dispose() => _hash.Dispose();

    private void Append(string text)
    {
        const byte end = 0xFF; // In no UTF-8.
        int bytesMax = Encoding.UTF8.GetMaxByteCount(text.Length) + 1;
        if (bytesMax > BufferBytes)
        {
            Append(Encoding.UTF8.GetBytes(text));
            Room(1)[0] = end;
            return;
        }

        var room = Room(bytesMax);
        int length = Encoding.UTF8.GetBytes(text, room);
        room[length] = end;
        _buffered += length + 1 - bytesMax;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BufferBytes)
        {
            Flush();
            _hash.AppendData(bytes);
            return;
        }

        bytes.CopyTo(Room(bytes.Length));
    }

    /// <summary>So many bytes of the buffer, to be hashed when it is full: small pieces cost more than their bytes.</summary>
    private Span<byte> Room(int bytes)
    {
        if (_buffered + bytes > BufferBytes)
        {
            Flush();
        }

        _buffered += bytes;
        return _buffer.AsSpan(_buffered - bytes, bytes);
    }

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _buffered);
        _buffered = 0;
    }

    private readonly record struct Line(DateTimeOffset At, long Step, string What, string Subject, string Detail, int Bytes)
    {
        public bool Concerns(string subject) => Subject == subject || Detail.Contains(subject, StringComparison.Ordinal);

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{At:dd HH:mm:ss.fff} step {Step} {What} {Subject} {Detail}{(Bytes > 0 ? $" ({Bytes} bytes)" : "")}");
    }
}
