using System.Text;
using Turnpike.Gateway.Dialects;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class SseFramerTests
{
    private const string Stream =
        ": a comment\r\n\r\ndata: {\"a\":\"é\u2028ü\"}\n\n" +
        "event: x\rid: 7\rdata:{\"b\":2}\r\r" +
        "data: {\"c\":\ndata: 3}\n\n" +
        "retry: 5\r\ndata:\r\n\r\n" +
        "data: [DONE]\n\ndata: {\"last\":true}";

    private static readonly string[] Events = ["{\"a\":\"é\u2028ü\"}", "{\"b\":2}", "{\"c\": 3}", "", "[DONE]", "{\"last\":true}"];

    [Fact]
    public void Every_split_position_gives_the_same_events()
    {
        var bytes = Encoding.UTF8.GetBytes(Stream);

        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second += 3)
            {
                Assert.Equal(Events, Read(bytes, first, second));
            }
        }
    }

    [Fact]
    public void One_byte_at_a_time_gives_the_same_events()
    {
        var bytes = Encoding.UTF8.GetBytes(Stream);

        Assert.Equal(Events, Read(bytes, [.. Enumerable.Range(1, bytes.Length)]));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(0, 200)];
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] = random.Next(3) == 0 ? (byte)"\r\n:d at"[random.Next(7)] : (byte)random.Next(256);
            }

            Read(bytes, random.Next(bytes.Length + 1), bytes.Length);
        }
    }

    [Fact]
    public void An_event_that_never_ends_is_too_long()
    {
        var framer = new SseFramer(eventBytesMax: 100);
        Feed(framer, Encoding.UTF8.GetBytes("data: " + new string('x', 200)), []);

        Assert.True(framer.IsTooLong);
        framer.Dispose();
    }

    private static List<string> Read(byte[] bytes, params int[] cuts)
    {
        var framer = new SseFramer(eventBytesMax: 1 << 20);
        List<string> events = [];
        var at = 0;
        foreach (var cut in cuts.Append(bytes.Length))
        {
            Feed(framer, bytes.AsSpan(at..Math.Max(at, cut)), events);
            at = Math.Max(at, cut);
        }

        if (framer.TryReadLast(out var last))
        {
            events.Add(Encoding.UTF8.GetString(last));
        }

        framer.Dispose();
        return events;
    }

    private static void Feed(SseFramer framer, ReadOnlySpan<byte> bytes, List<string> events)
    {
        bytes.CopyTo(framer.Room(Math.Max(1, bytes.Length)).Span);
        framer.Filled(bytes.Length);
        while (framer.TryRead(out var data))
        {
            events.Add(Encoding.UTF8.GetString(data));
        }
    }
}
