using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Turnpike.TestKit;

/// <summary>A provider on loopback that speaks OpenAI's chat format as it is told to, byte by byte, and keeps what it was asked and what
/// became of each answer.</summary>
/// <remarks>Scripts are chosen by the model that a request names; without one a short answer with usage is given. Thread-safe.</remarks>
public sealed class ScriptedProvider : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, Func<ProviderExchange, Answer>> _scripts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ProviderExchange> _exchanges = new();
    private readonly ConcurrentDictionary<ProviderConnection, Task> _connections = new();
    private readonly Task _accepting;
    private Func<ProviderExchange, Answer> _otherwise = static e => Answer.For(e, ["Hello", " there"], promptTokens: 10, completionTokens: 2);

    private ScriptedProvider()
    {
        _listener.Start(backlog: 1024);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What <c>/chat/completions</c> is appended to.</summary>
    public string BaseUrl => $"http://127.0.0.1:{Port}/v1";

    /// <summary>Every request so far, in the order in which they were whole.</summary>
    public ImmutableArray<ProviderExchange> Exchanges => [.. _exchanges];

    public int Started => _exchanges.Count;

    public int Completed => Count(ExchangeEnd.Completed);

    public int Aborted => Count(ExchangeEnd.Aborted);

    public static ScriptedProvider Start() => new();

    /// <summary>Answers requests for a model (by the name that the provider knows).</summary>
    public ScriptedProvider On(string model, Func<ProviderExchange, Answer> script)
    {
        _scripts[model] = script;
        return this;
    }

    /// <inheritdoc cref="On(string, Func{ProviderExchange, Answer})"/>
    public ScriptedProvider On(string model, Answer answer) => On(model, _ => answer);

    /// <summary>Answers requests for models without a script.</summary>
    public ScriptedProvider Otherwise(Func<ProviderExchange, Answer> script)
    {
        _otherwise = script;
        return this;
    }

    /// <summary>Waits for the n-th request (from 1) and gives it.</summary>
    public async Task<ProviderExchange> ExchangeAsync(int number = 1)
    {
        await Deadline.UntilAsync(() => _exchanges.Count >= number, $"request {number} at the provider");
        return Exchanges[number - 1];
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (var connection in _connections.Keys)
        {
            connection.Reset();
        }

        await Task.WhenAll(_connections.Values);
    }

    private int Count(ExchangeEnd end) => _exchanges.Count(e => e.Ended.IsCompletedSuccessfully && e.Ended.Result == end);

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            socket.NoDelay = true;
            var connection = new ProviderConnection(socket);
            _connections[connection] = ServeAsync(connection);
        }
    }

    private async Task ServeAsync(ProviderConnection connection)
    {
        await Task.Yield();
        var receiving = connection.ReceiveAsync();
        try
        {
            while (await connection.ReadRequestAsync() is { } exchange)
            {
                _exchanges.Enqueue(exchange);
                var script = _scripts.GetValueOrDefault(exchange.Model, _otherwise);
                if (!await AnswerAsync(connection, exchange, script(exchange)))
                {
                    break;
                }
            }
        }
        finally
        {
            connection.Dispose();
            await receiving;
            _connections.TryRemove(connection, out _);
        }
    }

    /// <summary>False when the connection must not be used again.</summary>
    private static async Task<bool> AnswerAsync(ProviderConnection connection, ProviderExchange exchange, Answer answer)
    {
        if (!await WaitAsync(answer.HeadGate, connection))
        {
            exchange.End(ExchangeEnd.Aborted);
            return false;
        }

        if (answer.RefuseAfterRequest)
        {
            connection.Reset();
            exchange.End(ExchangeEnd.Cut);
            return false;
        }

        if (!await connection.SendAsync(Head(answer)))
        {
            exchange.End(ExchangeEnd.Aborted);
            return false;
        }

        foreach (var step in answer.Steps)
        {
            if (await StepAsync(connection, answer, step) is { } end)
            {
                exchange.End(end);
                return false;
            }
        }

        // Who has read the last event may leave without waiting for the chunk that ends the framing: the answer is complete all the same.
        var isOpen = answer.Framing != Framing.Chunked || await connection.SendAsync("0\r\n\r\n"u8.ToArray());
        exchange.End(ExchangeEnd.Completed);
        return isOpen && answer.Framing != Framing.UntilClose;
    }

    /// <summary>Null to go on, or how the answer has ended.</summary>
    private static async Task<ExchangeEnd?> StepAsync(ProviderConnection connection, Answer answer, Step step)
    {
        switch (step)
        {
            case Step.Send { Bytes.IsEmpty: true }:
                return null;
            case Step.Send(var bytes):
                return await connection.SendAsync(answer.Framing == Framing.Chunked ? AsChunk(bytes) : bytes) ? null : ExchangeEnd.Aborted;
            case Step.Until(var gate):
                return await WaitAsync(gate, connection) ? null : ExchangeEnd.Aborted;
            case Step.Pause(var time):
                return await WaitAsync(Task.Delay(time), connection) ? null : ExchangeEnd.Aborted;
            case Step.Stall:
                await WaitAsync(Task.Delay(Timeout.Infinite, connection.Gone), connection);
                return ExchangeEnd.Aborted;
            case Step.Reset:
                connection.Reset();
                return ExchangeEnd.Cut;
            default:
                return ExchangeEnd.Cut;
        }
    }

    private static async Task<bool> WaitAsync(Task gate, ProviderConnection connection)
    {
        try
        {
            await gate.WaitAsync(connection.Gone);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static byte[] AsChunk(ReadOnlyMemory<byte> bytes) =>
        [.. Encoding.ASCII.GetBytes(bytes.Length.ToString("x", CultureInfo.InvariantCulture)), 13, 10, .. bytes.Span, 13, 10];

    private static byte[] Head(Answer answer)
    {
        var head = new StringBuilder($"HTTP/1.1 {answer.Status} Scripted\r\n");
        if (answer.ContentType is { } type)
        {
            head.Append($"Content-Type: {type}\r\n");
        }

        head.Append(answer.Framing switch
        {
            Framing.Chunked => "Transfer-Encoding: chunked\r\n",
            Framing.ContentLength => $"Content-Length: {answer.Body().Length}\r\n",
            _ => "Connection: close\r\n",
        });
        foreach (var (name, value) in answer.Headers)
        {
            head.Append($"{name}: {value}\r\n");
        }

        return Encoding.ASCII.GetBytes(head.Append("\r\n").ToString());
    }
}
