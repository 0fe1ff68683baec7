using System.Text;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>The caller's body for one endpoint. Nothing is stored at the provider, so the reasoning is asked for in the form that can be given
/// back.</summary>
internal static class ResponsesRequestBody
{
    public static PiecedBody Of(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target) =>
        SplicedBody.Of(body, request, target, Inserted(request, target));

    private static byte[] Inserted(InferenceRequest request, UpstreamTarget target)
    {
        var text = new StringBuilder("\"store\":false,");
        if (!request.HasInclude && ResponsesModels.MayReason(target.Endpoint))
        {
            text.Append("\"include\":[\"reasoning.encrypted_content\"],");
        }

        if (target.AffordedOutput is { } limit && !request.Splices.Any(static s => s.Kind == SpliceKind.OutputLimit))
        {
            text.Append("\"max_output_tokens\":").Append(limit).Append(',');
        }

        if (request is { SearchesMax: > 0, HasToolCallsMax: false } && target.IsChargedForSearches)
        {
            text.Append("\"max_tool_calls\":").Append(request.SearchesMax).Append(',');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
