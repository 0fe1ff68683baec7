using System.Collections.Immutable;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>Audio to be written down.</summary>
/// <param name="Form">json, verbose_json or text.</param>
/// <param name="Fields">What else is told to the provider, as text.</param>
internal sealed record TranscriptionWish(AudioFile File, string Form, ImmutableArray<KeyValuePair<string, string>> Fields) : OperationWish;

/// <summary>Audio, either at a place of the body or decoded.</summary>
/// <param name="Name">A file name; its ending tells the format.</param>
/// <param name="Seconds">How long it is, by its bytes.</param>
/// <param name="SecondsBound">Longer than it can be.</param>
internal sealed record AudioFile(string Name, string MediaType, Range At, byte[]? Decoded, double Seconds, double SecondsBound);
