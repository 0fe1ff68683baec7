namespace Turnpike.Gateway.Replay;

/// <summary>A piece of a kept answer.</summary>
/// <param name="Id">What <c>Last-Event-ID</c> names, from 1; zero for a piece of an answer that is not streamed.</param>
/// <param name="Bytes">As sent, the <c>id:</c> line included.</param>
internal readonly record struct ReplayEvent(long Id, byte[] Bytes);
