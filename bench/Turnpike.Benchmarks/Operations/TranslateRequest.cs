using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Shared;

namespace Turnpike.Benchmarks.Operations;

/// <summary>A request that is not sent as it came: read into the neutral form, written for a provider, and the body that is sent.</summary>
internal sealed class TranslateRequest(ICallerFormat caller, IProviderFormat format, byte[] body) : IOperation
{
    private static readonly UpstreamTarget Target = new(Samples.Endpoint, [.. "\"swift-4o-2026-05-01\""u8], AffordedOutput: null, User: null);

    private readonly InferenceRequest _request = caller.TryRead(body, out var read, out var fault) ? read! : throw new InvalidOperationException(fault!.Message);

    public long Run()
    {
        if (!caller.TryReadNeutral(body, _request, out var neutral, out var error))
        {
            throw new InvalidOperationException(error!.Message);
        }

        using var output = new PooledWriter(body.Length + 512);
        if (format.Write(neutral!, Target, output, new()) is { } unsaid)
        {
            throw new InvalidOperationException(unsaid.Message);
        }

        using var sent = output.Take();
        return sent.Length;
    }

    public void Dispose()
    {
        // nothing is open
    }
}
