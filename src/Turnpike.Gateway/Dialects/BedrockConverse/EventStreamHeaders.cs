using System.Buffers.Binary;
using System.Text;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>What the headers of a message of an event stream say.</summary>
internal readonly record struct EventStreamHeaders(string MessageType, string EventType, string ExceptionType, string ErrorCode)
{
    public bool IsFailure => MessageType is "exception" or "error";

    public string Failure => ExceptionType.Length > 0 ? ExceptionType : ErrorCode;

    /// <summary>Reads all headers, of whatever type; false where they are not well formed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out EventStreamHeaders headers)
    {
        headers = new("event", "", "", "");
        while (!bytes.IsEmpty)
        {
            var nameLength = bytes[0];
            if (bytes.Length < nameLength + 2)
            {
                return false;
            }

            var name = Encoding.UTF8.GetString(bytes.Slice(1, nameLength));
            var type = bytes[1 + nameLength];
            bytes = bytes[(2 + nameLength)..];
            if (ValueLength(type, bytes) is not { } length || bytes.Length < length)
            {
                return false;
            }

            var value = type == 7 ? Encoding.UTF8.GetString(bytes[2..length]) : "";
            headers = name switch
            {
                ":message-type" => headers with { MessageType = value },
                ":event-type" => headers with { EventType = value },
                ":exception-type" => headers with { ExceptionType = value },
                ":error-code" => headers with { ErrorCode = value },
                _ => headers,
            };
            bytes = bytes[length..];
        }

        return true;
    }

    // True and false have none; texts and bytes begin with their own length.
    private static int? ValueLength(byte type, ReadOnlySpan<byte> bytes) => type switch
    {
        0 or 1 => 0,
        2 => 1,
        3 => 2,
        4 => 4,
        5 or 8 => 8,
        9 => 16,
        6 or 7 when bytes.Length >= 2 => 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes),
        _ => null,
    };
}
