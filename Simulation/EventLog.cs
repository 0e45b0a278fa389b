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

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Queue<Line> _lines = new();

    public long Count { get; private set; }

    /// <param name="subject">Whom it concerns: a node, an invocation, a grain.</param>
    public void Add(string what, string subject, string detail = "", ReadOnlySpan<byte> content = default)
    {
        Count++;
        Span<byte> numbers = stackalloc byte[20];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, loop.Now.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], loop.Steps);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[16..], content.Length);
        _hash.AppendData(numbers);
        Append(what);
        Append(subject);
        Append(detail);
        _hash.AppendData(content);
        if (_lines.Count == LinesMax)
        {
            _lines.Dequeue();
        }

        _lines.Enqueue(new(loop.Now, loop.Steps, what, subject, detail, content.Length));
    }

    public string Digest() => Convert.ToHexStringLower(_hash.GetCurrentHash())[..32];

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
        Span<byte> bytes = stackalloc byte[256];
        if (text.Length <= 80)
        {
            int length = Encoding.UTF8.GetBytes(text, bytes);
            bytes[length++] = 0xFF;
            _hash.AppendData(bytes[..length]);
        }
        else
        {
            _hash.AppendData(Encoding.UTF8.GetBytes(text + '\n'));
        }
    }

    private readonly record struct Line(DateTimeOffset At, long Step, string What, string Subject, string Detail, int Bytes)
    {
        public bool Concerns(string subject) => Subject == subject || Detail.Contains(subject, StringComparison.Ordinal);

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{At:dd HH:mm:ss.fff} step {Step} {What} {Subject} {Detail}{(Bytes > 0 ? $" ({Bytes} bytes)" : "")}");
    }
}
