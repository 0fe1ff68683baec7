using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;

namespace Turnpike.Benchmarks.Operations;

/// <summary>The caller's body on its way to a provider, with our fields changed; what takes it forgets it.</summary>
internal sealed class WriteRequest : IOperation
{
    private readonly byte[] _body;
    private readonly InferenceRequest _request;

    public WriteRequest(byte[] body)
    {
        _body = body;
        _request = ChatRequestReader.TryRead(body, out var request, out var error)
            ? request! // set where it was read
            : throw new InvalidOperationException(error!.Message);
    }

    public long Run()
    {
        using var content = ChatRequestWriter.Of(_body, _request, Samples.Target, outputLimit: null, user: default);
        var written = content.CopyToAsync(Stream.Null);
        return written.IsCompletedSuccessfully
            ? content.Headers.ContentLength ?? 0
            : throw new InvalidOperationException("The body was not written at once.");
    }

    public void Dispose()
    {
        // nothing is open
    }
}
