using Turnpike.Gateway.Dialects.OpenAIChat;

namespace Turnpike.Benchmarks.Operations;

/// <summary>What is asked: one pass over the caller's body.</summary>
internal sealed class ReadRequest(byte[] body) : IOperation
{
    public long Run() => ChatRequestReader.TryRead(body, out var request, out var error)
        ? request!.TextBytes // set where it was read
        : throw new InvalidOperationException(error!.Message);

    public void Dispose()
    {
        // nothing is open
    }
}
