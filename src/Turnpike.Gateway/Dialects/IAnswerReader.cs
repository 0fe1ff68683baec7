namespace Turnpike.Gateway.Dialects;

/// <summary>Reads one answer of a provider, whole or event by event, and tells a sink what it says.</summary>
/// <remarks>One for each attempt; keeps what it must remember between events. Pure: never throws on what a provider sends.</remarks>
internal interface IAnswerReader
{
    /// <summary>Reads the data of one event.</summary>
    StreamStep ReadEvent(ReadOnlySpan<byte> data, AnswerSink sink);

    /// <summary>Reads a whole answer; false where it is not one of the dialect.</summary>
    bool TryReadWhole(ReadOnlySpan<byte> body, AnswerSink sink);
}
