using System.Buffers.Binary;
using System.Text;

namespace Turnpike.TestKit;

/// <summary>Messages of AWS's binary event streams, as Bedrock would send them.</summary>
public static class EventStream
{
    public const string ContentType = "application/vnd.amazon.eventstream";

    /// <summary>An event with a JSON payload.</summary>
    public static byte[] Event(string type, string json) => Message([(":message-type", "event"), (":event-type", type), (":content-type", "application/json")], json);

    public static byte[] Exception(string type, string message) =>
        Message([(":message-type", "exception"), (":exception-type", type)], $$"""{"message":"{{message}}"}""");

    private static byte[] Message((string Name, string Value)[] headers, string payload)
    {
        var head = new List<byte>();
        foreach (var (name, value) in headers)
        {
            head.Add((byte)name.Length);
            head.AddRange(Encoding.UTF8.GetBytes(name));
            head.Add(7);
            head.AddRange(BigEndian((ushort)value.Length));
            head.AddRange(Encoding.UTF8.GetBytes(value));
        }

        var body = Encoding.UTF8.GetBytes(payload);
        var message = new List<byte>();
        message.AddRange(BigEndian((uint)(16 + head.Count + body.Length)));
        message.AddRange(BigEndian((uint)head.Count));
        message.AddRange(BigEndian(Crc(message)));
        message.AddRange(head);
        message.AddRange(body);
        message.AddRange(BigEndian(Crc(message)));
        return [.. message];
    }

    private static byte[] BigEndian(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static uint Crc(List<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }
        }

        return ~crc;
    }
}
