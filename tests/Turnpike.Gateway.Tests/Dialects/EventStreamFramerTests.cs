using System.Text;
using Turnpike.Gateway.Dialects.BedrockConverse;
using Turnpike.TestKit;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>Binary event streams, split anywhere and damaged anywhere.</summary>
public sealed class EventStreamFramerTests
{
    private static readonly byte[] _stream =
    [
        .. EventStream.Event("messageStart", """{"role":"assistant"}"""),
        .. EventStream.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"grüße"}}"""),
        .. EventStream.Exception("throttlingException", "slow down"),
    ];

    private static readonly string[] _events =
    [
        """{"messageStart":{"role":"assistant"}}""",
        """{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"grüße"}}}""",
        """{"exception":"throttlingException","body":{"message":"slow down"}}""",
    ];

    [Fact]
    public void Every_split_gives_the_same_events()
    {
        for (var at = 0; at <= _stream.Length; at++)
        {
            Assert.Equal(_events, Read([_stream[..at], _stream[at..]]));
        }

        Assert.Equal(_events, Read(_stream.Select(static b => new[] { b })));
    }

    [Fact]
    public void A_damaged_byte_is_never_taken_for_an_event()
    {
        for (var at = 0; at < _stream.Length; at++)
        {
            var damaged = (byte[])_stream.Clone();
            damaged[at] ^= 0x55;
            var read = Read([damaged]);
            Assert.True(read.Count < _events.Length || read.Contains("broken"), $"byte {at}: {string.Join(" | ", read)}");
        }
    }

    [Fact]
    public void Random_bytes_are_no_events()
    {
        var random = new Random(3);
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            Assert.All(Read([bytes]), static e => Assert.Equal("broken", e));
        }
    }

    [Fact]
    public void A_message_that_is_cut_in_two_is_broken() => Assert.Equal([_events[0], "broken"], Read([_stream[..(EventStream.Event("messageStart", """{"role":"assistant"}""").Length + 9)]]));

    private static List<string> Read(IEnumerable<byte[]> pieces)
    {
        using var framer = new EventStreamFramer(1 << 16);
        var events = new List<string>();
        foreach (var piece in pieces)
        {
            piece.CopyTo(framer.Room(piece.Length));
            framer.Filled(piece.Length);
            while (framer.TryRead(out var data))
            {
                events.Add(Encoding.UTF8.GetString(data));
            }
        }

        if (framer.TryReadLast(out var last))
        {
            events.Add(Encoding.UTF8.GetString(last));
        }

        return events;
    }
}
