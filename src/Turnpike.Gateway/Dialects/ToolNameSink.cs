using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects;

/// <summary>Tells calls under the names that the caller has for its tools.</summary>
internal sealed class ToolNameSink(ToolNames names, AnswerSink inner) : ForwardingSink(inner)
{
    protected override void OnToolCallStart(int choice, int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name) =>
        base.OnToolCallStart(choice, call, id, names.Own(name));
}
