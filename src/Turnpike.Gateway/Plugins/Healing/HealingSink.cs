using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Plugins.Healing;

/// <summary>Gathers the text of each choice and tells it at the choice's end, mended where it was no JSON.</summary>
internal sealed class HealingSink(AnswerSink inner, Exchange exchange) : ForwardingSink(inner)
{
    private readonly Dictionary<int, ByteText> _texts = [];

    protected override void OnText(int choice, ReadOnlySpan<byte> escaped)
    {
        if (!_texts.TryGetValue(choice, out var text))
        {
            _texts[choice] = text = new();
        }

        text.Append(escaped);
    }

    protected override void OnFinish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence)
    {
        if (_texts.Remove(choice, out var text))
        {
            Tell(choice, text, isCut: normalised == FinishReasons.Length);
        }

        base.OnFinish(choice, native, normalised, stopSequence);
    }

    // What a limit has cut is told as it is: half an object that looks whole would be a lie.
    private void Tell(int choice, ByteText escaped, bool isCut)
    {
        var said = JsonText.Meaning(escaped.Span);
        if (isCut || JsonHealer.Heal(said) is not { } healed || healed == said)
        {
            Inner.Text(choice, escaped.Span);
            return;
        }

        (exchange.Plugins ??= []).Add(new("response-healing", 0, "the answer was made valid JSON"));
        Inner.Text(choice, JsonText.Inside(healed));
    }
}
