using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Fog.Simulation.Network;

/// <summary>A byte stream in both directions between two processes, which can be cut.</summary>
internal sealed class Wire
{
    private readonly Pipe _up = new(s_options);
    private readonly Pipe _down = new(s_options);

    /// <summary>Bytes of a segment: a wake's messages are a few hundred.</summary>
    private const int SegmentBytes = 512;

    // Whoever waits has a process as its context, and goes on in it.
    private static readonly PipeOptions s_options = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, minimumSegmentSize: SegmentBytes, useSynchronizationContext: true);

    public Wire()
    {
        Client = new End(this, _down.Reader, _up.Writer);
        Broker = new End(this, _up.Reader, _down.Writer);
    }

    public IDuplexPipe Client { get; }

    public IDuplexPipe Broker { get; }

    public bool IsCut { get; private set; }

    /// <summary>Both directions fail from now on, what is in them included.</summary>
    public void Cut()
    {
        if (IsCut)
        {
            return;
        }

        IsCut = true;
        foreach (var pipe in new[] { _up, _down })
        {
            pipe.Reader.CancelPendingRead();
            pipe.Writer.CancelPendingFlush();
        }
    }

    private void RequireWhole()
    {
        if (IsCut)
        {
            throw new IOException("The wire is cut.");
        }
    }

    private sealed class End(Wire wire, PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = new CuttableReader(wire, input);

        public PipeWriter Output { get; } = new CuttableWriter(wire, output);
    }

    /// <summary>It is the source of its own reads, one at a time, since every wake of every device awaits several.</summary>
    private sealed class CuttableReader : PipeReader, IValueTaskSource<ReadResult>
    {
        private readonly Wire _wire;
        private readonly PipeReader _inner;
        private readonly Action _resume;
        private ValueTaskAwaiter<ReadResult> _reading;
        private Action<object?>? _continuation;
        private object? _state;

        public CuttableReader(Wire wire, PipeReader inner)
        {
            _wire = wire;
            _inner = inner;
            _resume = () => _continuation!(_state);
        }

        public override void AdvanceTo(SequencePosition consumed) => _inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => _inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => _inner.Complete(exception);

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            _wire.RequireWhole();
            _reading = _inner.ReadAsync(cancellationToken).GetAwaiter();
            return _reading.IsCompleted ? new(_reading.GetResult()) : new(this, 0);
        }

        public override bool TryRead(out ReadResult result)
        {
            _wire.RequireWhole();
            return _inner.TryRead(out result);
        }

        ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
        {
            var read = _reading.GetResult();
            _wire.RequireWhole();
            return read;
        }

        ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) =>
            _reading.IsCompleted ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending; // A failure comes with the result.

        void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            (_continuation, _state) = (continuation, state);
            _reading.UnsafeOnCompleted(_resume); // In the process that waits.
        }
    }

    private sealed class CuttableWriter(Wire wire, PipeWriter inner) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            wire.RequireWhole();
            var flushing = inner.FlushAsync(cancellationToken);
            return flushing.IsCompletedSuccessfully ? flushing : Await(flushing);
        }

        private async ValueTask<FlushResult> Await(ValueTask<FlushResult> flushing)
        {
            var flushed = await flushing;
            wire.RequireWhole();
            return flushed;
        }
    }
}
