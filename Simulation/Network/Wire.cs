using System.IO.Pipelines;

namespace Fog.Simulation.Network;

/// <summary>A byte stream in both directions between two processes, which can be cut.</summary>
internal sealed class Wire
{
    private readonly Pipe _up = new(s_options);
    private readonly Pipe _down = new(s_options);

    // Whoever waits has a process as its context, and goes on in it.
    private static readonly PipeOptions s_options = new(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: true);

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

    private sealed class CuttableReader(Wire wire, PipeReader inner) : PipeReader
    {
        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            wire.RequireWhole();
            var read = await inner.ReadAsync(cancellationToken);
            wire.RequireWhole();
            return read;
        }

        public override bool TryRead(out ReadResult result)
        {
            wire.RequireWhole();
            return inner.TryRead(out result);
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

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            wire.RequireWhole();
            var flushed = await inner.FlushAsync(cancellationToken);
            wire.RequireWhole();
            return flushed;
        }
    }
}
