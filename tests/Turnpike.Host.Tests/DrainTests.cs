using System.Net;
using System.Net.Sockets;

namespace Turnpike.Host.Tests;

public sealed class DrainTests
{
    private const string ShortAnswer = "60 tokens, 40 tokens/s";
    private const string LongAnswer = "2000 tokens, 20 tokens/s";

    [Fact]
    public async Task SIGTERM_lets_a_stream_end_and_then_exits_with_0()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync();
        using var answer = await server.ChatAsync(server.Keys[0], "turnpike/lorem", stream: true, text: ShortAnswer);
        await using var body = await answer.Content.ReadAsStreamAsync(Deadline.Token());
        var start = new byte[1];
        await body.ReadExactlyAsync(start, Deadline.Token());

        server.Process.Terminate();
        using var reader = new StreamReader(body);
        var rest = await reader.ReadToEndAsync(Deadline.Token());

        Assert.Contains("data: [DONE]", rest, StringComparison.Ordinal);
        Assert.Equal(0, await server.Process.ExitCodeAsync());
        var audit = await place.RunAsync("doctor", "--json");
        Assert.Equal(0, audit.ExitCode);
    }

    [Fact]
    public async Task While_it_drains_it_takes_no_new_connections()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync();
        using var answer = await server.ChatAsync(server.Keys[0], "turnpike/lorem", stream: true, text: LongAnswer);

        server.Process.Terminate();

        await Deadline.UntilAsync(() => RefusesAsync(server.Address), "new connections are refused");
    }

    [Fact]
    public async Task A_stream_that_outlasts_the_drain_is_ended_in_band()
    {
        await using var place = new Workplace();
        await File.WriteAllTextAsync(Path.Combine(place.Folder, "turnpike.json"), """{ "drain": "0s" }""");
        var server = await place.ServeAsync();
        using var answer = await server.ChatAsync(server.Keys[0], "turnpike/lorem", stream: true, text: LongAnswer);
        await using var body = await answer.Content.ReadAsStreamAsync(Deadline.Token());

        server.Process.Terminate();
        using var reader = new StreamReader(body);
        var rest = await reader.ReadToEndAsync(Deadline.Token());

        Assert.Contains("\"error\"", rest, StringComparison.Ordinal);
        Assert.Equal(0, await server.Process.ExitCodeAsync());
    }

    [Fact]
    public async Task A_second_interrupt_ends_at_once()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync();
        using var answer = await server.ChatAsync(server.Keys[0], "turnpike/lorem", stream: true, text: LongAnswer);

        server.Process.Interrupt();
        await Deadline.UntilAsync(() => server.Process.Error.Contains("Stopping", StringComparison.Ordinal), "it is stopping");
        server.Process.Interrupt();

        Assert.Equal(130, await server.Process.ExitCodeAsync());
    }

    private static async Task<bool> RefusesAsync(Uri address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, address.Port, Deadline.Token());
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
        {
            return true;
        }
    }
}
