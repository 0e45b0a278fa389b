using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Fog.DeviceProxy.Mqtt.Transport;

/// <summary>A client's byte stream, with the two ways to end one.</summary>
internal abstract class ClientTransport : IDuplexPipe
{
    public abstract PipeReader Input { get; }

    public abstract PipeWriter Output { get; }

    /// <summary>Tells the peer that nothing more will come; reading goes on.</summary>
    public abstract void FinishSending();

    /// <summary>Drops the connection at once; reading and writing fail or end.</summary>
    public abstract void Abort();

    /// <summary>Gives back what it holds, after both directions have ended.</summary>
    public abstract void Release();
}

/// <summary>Over TCP, with or without TLS.</summary>
internal sealed class SocketTransport : ClientTransport
{
    private readonly Socket socket;
    private readonly Stream stream;

    private SocketTransport(Socket socket, Stream stream)
    {
        this.socket = socket;
        this.stream = stream;
        // Zero-byte reads: an idle connection holds no buffer, and there are thousands in a process.
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }

    public override PipeReader Input { get; }

    public override PipeWriter Output { get; }

    /// <exception cref="SocketException">Nobody is there.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The peer is not who it should be, or speaks no TLS that this side does.</exception>
    /// <exception cref="IOException">The connection ended during the handshake.</exception>
    public static async ValueTask<SocketTransport> ConnectAsync(EndPoint endPoint, SslClientAuthenticationOptions? tls, CancellationToken cancellation)
    {
        var socket = endPoint.AddressFamily is AddressFamily.Unspecified or AddressFamily.Unknown
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(endPoint, cancellation);
            return new SocketTransport(socket, await StreamAsync(new NetworkStream(socket, ownsSocket: false), tls, cancellation));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override void FinishSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is gone already, which is as finished as it gets.
        }
    }

    public override void Abort()
    {
        // Lingering for zero seconds makes the close a reset rather than an orderly end.
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already.
        }

        socket.Dispose();
    }

    public override void Release()
    {
        stream.Dispose();
        socket.Dispose();
    }

    private static async ValueTask<Stream> StreamAsync(NetworkStream network, SslClientAuthenticationOptions? tls, CancellationToken cancellation)
    {
        if (tls is null)
            return network;
        var secured = new SslStream(network);
        try
        {
            await secured.AuthenticateAsClientAsync(tls, cancellation);
            return secured;
        }
        catch
        {
            await secured.DisposeAsync();
            throw;
        }
    }
}

/// <summary>Over somebody else's pipes, which end when they are completed.</summary>
internal sealed class PipeTransport(IDuplexPipe pipes, Action abort) : ClientTransport
{
    public override PipeReader Input => pipes.Input;

    public override PipeWriter Output => pipes.Output;

    public override void FinishSending()
    {
    }

    public override void Abort() => abort();

    public override void Release()
    {
    }
}
