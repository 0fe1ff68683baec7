using System.Text;
using Turnpike.Gateway.Dialects.BedrockConverse;
using Turnpike.TestKit;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class EventStreamFramerTests
{
    // AWS's own example of the smallest message.
    [Fact]
    public void The_empty_message_that_aws_publishes_is_found()
    {
        var framed = Frame(Convert.FromBase64String("AAAAEAAAAAAFwkjrfZjI/w=="));

        Assert.Equal([16], framed);
    }

    [Fact]
    public void Headers_of_every_type_are_walked_over()
    {
        byte[] headers =
        [
            1, (byte)'a', 0, 1, (byte)'b', 1, 1, (byte)'c', 2, 0xFF, 1, (byte)'d', 3, 0, 1, 1, (byte)'e', 4, 0, 0, 0, 1,
            1, (byte)'f', 5, 0, 0, 0, 0, 0, 0, 0, 1, 1, (byte)'g', 6, 0, 3, 7, 7, 7, 1, (byte)'h', 8, 0, 0, 0, 0, 0, 0, 0, 1,
            1, (byte)'i', 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
            .. EventStream.Text(":event-type", "e"), .. EventStream.Text(":message-type", "event"),
        ];

        Assert.True(EventStreamMessage.TryRead(EventStream.Message(headers, "payload"u8), out var message));

        Assert.Equal(("event", "e", "payload"), (Text(message.Kind), Text(message.Name), Text(message.Payload)));
    }

    [Theory]
    [InlineData(new byte[] { 1, (byte)'a', 10 })]
    [InlineData(new byte[] { 1, (byte)'a', 7, 0 })]
    [InlineData(new byte[] { 1, (byte)'a', 7, 0, 9, 1 })]
    [InlineData(new byte[] { 1, (byte)'a', 9, 1 })]
    [InlineData(new byte[] { 200, (byte)'a' })]
    [InlineData(new byte[] { 1, (byte)'a' })]
    [InlineData(new byte[] { 1, (byte)'a', 0 })]
    public void Headers_that_are_none_make_no_message(byte[] headers) => Assert.False(EventStreamMessage.TryRead(EventStream.Message(headers, []), out _));

    [Fact]
    public void Every_byte_that_is_damaged_is_noticed()
    {
        var sound = EventStream.Event("contentBlockDelta", """{"delta":{"text":"hi"}}""");
        for (var at = 0; at < sound.Length; at++)
        {
            byte[] damaged = [.. sound];
            damaged[at] ^= 0x10;

            Assert.DoesNotContain(sound.Length, Frame([.. damaged, .. sound]));
        }
    }

    [Fact]
    public void What_follows_a_damaged_message_is_not_read()
    {
        var message = EventStream.Event("a", "{}");
        byte[] damaged = [.. message];
        damaged[^1] ^= 1;

        Assert.Equal([message.Length, 0], Frame([.. message, .. damaged, .. message]));
    }

    [Fact]
    public void A_message_that_will_be_too_long_is_refused_at_its_prelude()
    {
        using var framer = new EventStreamFramer(eventBytesMax: 100);
        var message = EventStream.Event("a", new string(' ', 200));
        message.AsMemory(0, 12).CopyTo(framer.Room(12));
        framer.Filled(12);

        Assert.False(framer.TryRead(out _));

        Assert.True(framer.IsTooLong);
    }

    [Fact]
    public void A_message_that_is_cut_off_is_none()
    {
        using var framer = new EventStreamFramer(1 << 20);
        var message = EventStream.Event("a", "{}");
        message.AsMemory(0, message.Length - 1).CopyTo(framer.Room(message.Length));
        framer.Filled(message.Length - 1);

        Assert.False(framer.TryRead(out _) || framer.TryReadLast(out _) || framer.IsTooLong);
    }

    [Fact]
    public void Every_split_gives_the_same_messages_and_so_do_single_bytes()
    {
        byte[] stream = [.. EventStream.Event("a", "{}"), .. EventStream.Event("contentBlockDelta", "{\"delta\":{\"text\":\"grüße\"}}"), .. EventStream.Exception("throttlingException", "slow")];
        var whole = Frame(stream);

        Assert.Equal(3, whole.Count);
        for (var at = 0; at <= stream.Length; at++)
        {
            Assert.Equal(whole, Frame(stream[..at], stream[at..]));
        }

        Assert.Equal(whole, Frame([.. stream.Select(static b => new[] { b })]));
    }

    [Fact]
    public void Random_bytes_are_no_messages()
    {
        var random = new Random(3);
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);

            Assert.All(Frame(bytes), static length => Assert.Equal(0, length));
        }
    }

    // The lengths of what is found, in order.
    private static List<int> Frame(params byte[][] pieces)
    {
        using var framer = new EventStreamFramer(1 << 20);
        var lengths = new List<int>();
        foreach (var piece in pieces)
        {
            piece.CopyTo(framer.Room(piece.Length));
            framer.Filled(piece.Length);
            while (framer.TryRead(out var data))
            {
                lengths.Add(data.Length);
            }
        }

        return lengths;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
