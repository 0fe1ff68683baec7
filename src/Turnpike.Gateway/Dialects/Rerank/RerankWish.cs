using System.Collections.Immutable;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Rerank;

/// <summary>Documents to be put in order.</summary>
/// <param name="Documents">Each as the answer tells it: an object with its text, or the caller's own object; JSON.</param>
internal sealed record RerankWish(ImmutableArray<byte[]> Documents) : OperationWish;
