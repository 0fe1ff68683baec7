namespace Turnpike.Gateway.Dialects;

/// <summary>Finds the events of a provider's stream, however its bytes are split.</summary>
/// <remarks>The buffer is rented while bytes are in it. Not thread-safe; dispose it once.</remarks>
internal interface IEventFramer : IDisposable
{
    /// <summary>True when more bytes stand in the buffer than one event may have.</summary>
    bool IsTooLong { get; }

    /// <summary>Room for bytes from the provider; tell how many came with <see cref="Filled"/>.</summary>
    Memory<byte> Room(int sizeHint);

    void Filled(int count);

    /// <summary>Gives the data of the next whole event. Valid until the next call of any member.</summary>
    bool TryRead(out ReadOnlySpan<byte> data);

    /// <summary>The stream has ended: takes what is left as its last event, where the framing lets an event end with the stream.</summary>
    bool TryReadLast(out ReadOnlySpan<byte> data);
}
