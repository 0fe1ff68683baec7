using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Turnpike.TestKit;

/// <summary>Messages of Amazon's binary event stream, as Bedrock would send them.</summary>
public static class EventStream
{
    public const string ContentType = "application/vnd.amazon.eventstream";

    /// <summary>An event with a JSON payload.</summary>
    public static byte[] Event(string name, string json) =>
        Message([.. Text(":event-type", name), .. Text(":content-type", "application/json"), .. Text(":message-type", "event")], Encoding.UTF8.GetBytes(json));

    /// <summary>What breaks a stream off.</summary>
    public static byte[] Exception(string name, string message) =>
        Message([.. Text(":exception-type", name), .. Text(":content-type", "application/json"), .. Text(":message-type", "exception")],
            Encoding.UTF8.GetBytes($$"""{"message":{{JsonSerializer.Serialize(message)}}}"""));

    /// <summary>A header of type 7.</summary>
    public static byte[] Text(string name, string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        return [(byte)name.Length, .. Encoding.UTF8.GetBytes(name), 7, (byte)(length >> 8), (byte)length, .. Encoding.UTF8.GetBytes(value)];
    }

    /// <summary>A whole message with both checksums.</summary>
    public static byte[] Message(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        var message = new byte[16 + headers.Length + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), Checksum(message.AsSpan(0, 8)));
        headers.CopyTo(message.AsSpan(12));
        payload.CopyTo(message.AsSpan(12 + headers.Length));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - 4), Checksum(message.AsSpan(0, message.Length - 4)));
        return message;
    }

    // Bit by bit: another way than the gateway's.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
            }
        }

        return ~crc;
    }
}
