using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>A text to be spoken.</summary>
/// <param name="Format">mp3 or pcm.</param>
/// <param name="AsEvents">It is told as events, not as bytes.</param>
internal sealed record SpeechWish(string Format, bool AsEvents) : OperationWish;
