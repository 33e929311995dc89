using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Akin.TestKit.Http;

/// <summary>An HTTP/1.1 server on a socket of its own, so that a test decides at which byte a connection breaks.</summary>
public sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly Func<Request, Answer> _answer;
    private Socket? _placeholder;

    public LoopbackServer(Func<Request, Answer> answer)
    {
        _answer = answer;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>From now on connections are refused; the port stays taken, so that no other test's server can answer on it.</summary>
    public void Stop()
    {
        Close();
        _placeholder ??= Reserve(Port);
    }

    public void Dispose()
    {
        Close();
        _placeholder?.Dispose();
    }

    private void Close()
    {
        _stop.Cancel();
        _listener.Stop();
        foreach (Socket socket in _sockets.Keys)
        {
            socket.Dispose();
        }
    }

    // Bound, not listening.
    private static Socket Reserve(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                _sockets[socket] = true;
                _ = ServeAsync(socket);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using NetworkStream stream = new(socket, ownsSocket: true);
            while (await ReadRequestAsync(stream) is { } request)
            {
                if (!await WriteAsync(stream, request, _answer(request)))
                {
                    return;
                }
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
        finally
        {
            _sockets.TryRemove(socket, out _);
        }
    }

    private async Task<Request?> ReadRequestAsync(NetworkStream stream)
    {
        List<string> lines = [];
        StringBuilder line = new();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            if (one[0] != '\n')
            {
                line.Append((char)one[0]);
                continue;
            }

            string text = line.ToString().TrimEnd('\r');
            line.Clear();
            if (text.Length > 0)
            {
                lines.Add(text);
                continue;
            }

            string[] start = lines[0].Split(' ');
            return new Request(start[0], start[1], lines.Skip(1).Select(header => header.Split(": ", 2))
                .ToDictionary(header => header[0].ToLowerInvariant(), header => header[1]));
        }

        return null;
    }

    private async Task<bool> WriteAsync(NetworkStream stream, Request request, Answer answer)
    {
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} {(HttpStatusCode)answer.Status}\r\n");
        foreach ((string name, string value) in answer.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        if (!answer.Headers.ContainsKey("Content-Length"))
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {answer.Body.Length}\r\n");
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
        if (request.Method == "HEAD")
        {
            return true;
        }

        int count = Math.Min(answer.CutAfter ?? int.MaxValue, answer.Body.Length);
        if (answer.Pause is not null)
        {
            await stream.WriteAsync(answer.Body.AsMemory(0, count / 2), _stop.Token);
            await answer.Pause;
            await stream.WriteAsync(answer.Body.AsMemory(count / 2, count - (count / 2)), _stop.Token);
        }
        else
        {
            await stream.WriteAsync(answer.Body.AsMemory(0, count), _stop.Token);
        }

        return answer.CutAfter is null;
    }
}
