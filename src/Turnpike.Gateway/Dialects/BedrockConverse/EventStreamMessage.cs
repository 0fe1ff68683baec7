using System.Buffers.Binary;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>One message of Amazon's event stream: what its headers say that it is, and its payload.</summary>
internal ref struct EventStreamMessage
{
    /// <summary><c>event</c>, <c>exception</c> or <c>error</c>.</summary>
    public ReadOnlySpan<byte> Kind { get; private set; }

    /// <summary>Which event, which exception, or the error's code.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The text of an error, which has no payload.</summary>
    public ReadOnlySpan<byte> ErrorText { get; private set; }

    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>False where the headers are none, or do not say what the message is.</summary>
    /// <param name="data">A whole message, as <see cref="EventStreamFramer"/> gives it out.</param>
    public static bool TryRead(ReadOnlySpan<byte> data, out EventStreamMessage message)
    {
        message = default;
        const int Around = EventStreamFramer.PreludeBytes + EventStreamFramer.ChecksumBytes;
        var length = data.Length < Around ? uint.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        if (length > data.Length - Around)
        {
            return false;
        }

        var headers = data.Slice(EventStreamFramer.PreludeBytes, (int)length);
        var read = default(EventStreamMessage);
        read.Payload = data[(EventStreamFramer.PreludeBytes + headers.Length)..^EventStreamFramer.ChecksumBytes];
        while (!headers.IsEmpty)
        {
            if (!read.TryReadHeader(ref headers))
            {
                return false;
            }
        }

        message = read;
        return !message.Kind.IsEmpty;
    }

    private bool TryReadHeader(ref ReadOnlySpan<byte> headers)
    {
        var name = headers[1..];
        if (name.Length <= headers[0])
        {
            return false;
        }

        name = name[..headers[0]];
        var type = headers[1 + name.Length];
        var rest = headers[(2 + name.Length)..];
        var length = LengthOf(type, rest, out var prefix);
        if (length < 0 || rest.Length < prefix + length)
        {
            return false;
        }

        if (type == 7)
        {
            Keep(name, rest.Slice(prefix, length));
        }

        headers = rest[(prefix + length)..];
        return true;
    }

    // The types in their order: true, false, a byte, numbers of 2, 4 and 8 bytes, bytes, text, a time, a UUID. Negative for another one.
    private static int LengthOf(byte type, ReadOnlySpan<byte> rest, out int prefix)
    {
        prefix = type is 6 or 7 ? 2 : 0;
        return type switch
        {
            0 or 1 => 0,
            2 => 1,
            3 => 2,
            4 => 4,
            5 or 8 => 8,
            6 or 7 => rest.Length < 2 ? -1 : BinaryPrimitives.ReadUInt16BigEndian(rest),
            9 => 16,
            _ => -1,
        };
    }

    private void Keep(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (name)
        {
            case var n when n.SequenceEqual(":message-type"u8):
                Kind = value;
                break;
            case var n when n.SequenceEqual(":event-type"u8) || n.SequenceEqual(":exception-type"u8) || n.SequenceEqual(":error-code"u8):
                Name = value;
                break;
            case var n when n.SequenceEqual(":error-message"u8):
                ErrorText = value;
                break;
            default:
                break;
        }
    }
}
