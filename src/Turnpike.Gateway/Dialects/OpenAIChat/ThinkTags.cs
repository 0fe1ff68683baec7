using System.Buffers.Text;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Takes the thought out of a choice's text that begins with one between <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c>, however both
/// tags are cut. White space around the tags is left out. A text that begins with anything else is told as it comes.</summary>
/// <remarks>Works on the insides of JSON strings; a tag may be written with escapes (<c>\u003c</c>). Holds back what may yet be a tag.</remarks>
internal sealed class ThinkTags(int choice)
{
    private const int HeldMax = 96;

    private readonly byte[] _held = new byte[HeldMax];
    private int _heldLength;
    private int _matched;
    private State _state;

    private enum State
    {
        /// <summary>Nothing but white space, or a part of the opening tag, has come.</summary>
        Before,

        /// <summary>The opening tag has come.</summary>
        Opened,
        Thinking,

        /// <summary>The closing tag has come.</summary>
        Closed,
        Speaking,
    }

    private static ReadOnlySpan<byte> OpeningTag => "<think>"u8;

    private static ReadOnlySpan<byte> ClosingTag => "</think>"u8;

    /// <summary>True where an answer's text (not empty) may begin with a tag, as far as its first character tells.</summary>
    public static bool MayBeginWith(ReadOnlySpan<byte> escaped) => Unit(escaped, out _) is var first && (first == OpeningTag[0] || IsSpace(first));

    /// <summary>Takes the next piece of the choice's text, and tells of it what is sure.</summary>
    public void Take(ReadOnlySpan<byte> escaped, AnswerSink sink)
    {
        while (!escaped.IsEmpty && _state != State.Speaking)
        {
            escaped = escaped[(_state switch
            {
                State.Before => TakeBefore(escaped, sink),
                State.Thinking => TakeThought(escaped, sink),
                State.Opened or State.Closed => TakeSpace(escaped),
                _ => throw new System.Diagnostics.UnreachableException(),
            })..];
        }

        sink.Text(choice, escaped);
    }

    /// <summary>The choice has ended: what was held back is no tag.</summary>
    public void End(AnswerSink sink) => Release(sink);

    private int TakeBefore(ReadOnlySpan<byte> escaped, AnswerSink sink)
    {
        var unit = Unit(escaped, out var length);
        if ((_matched == 0 && IsSpace(unit)) || unit == OpeningTag[_matched])
        {
            _matched += IsSpace(unit) ? 0 : 1;
            if (_matched == OpeningTag.Length)
            {
                (_state, _matched, _heldLength) = (State.Opened, 0, 0);
                return length;
            }

            if (Hold(escaped[..length]))
            {
                return length;
            }
        }

        Release(sink);
        _state = State.Speaking;
        return 0;
    }

    private int TakeSpace(ReadOnlySpan<byte> escaped)
    {
        if (IsSpace(Unit(escaped, out var length)))
        {
            return length;
        }

        _state = _state == State.Opened ? State.Thinking : State.Speaking;
        return 0;
    }

    private int TakeThought(ReadOnlySpan<byte> escaped, AnswerSink sink)
    {
        if (_matched == 0 && ToTag(escaped) is > 0 and var plain)
        {
            Tell(escaped[..plain], sink);
            return plain;
        }

        if (Unit(escaped, out var length) != ClosingTag[_matched])
        {
            Release(sink); // its first character stands nowhere else in it: what follows may be a tag again
            return 0;
        }

        if (++_matched == ClosingTag.Length)
        {
            (_state, _matched, _heldLength) = (State.Closed, 0, 0);
        }
        else
        {
            Hold(escaped[..length]);
        }

        return length;
    }

    // How much comes before what may be the beginning of a tag.
    private static int ToTag(ReadOnlySpan<byte> escaped)
    {
        for (var at = 0; ;)
        {
            var next = escaped[at..].IndexOfAny((byte)'<', (byte)'\\');
            if (next < 0)
            {
                return escaped.Length;
            }

            at += next;
            if (Unit(escaped[at..], out var length) == '<')
            {
                return at;
            }

            at += length;
        }
    }

    private bool Hold(ReadOnlySpan<byte> piece)
    {
        if (!piece.TryCopyTo(_held.AsSpan(_heldLength)))
        {
            return false;
        }

        _heldLength += piece.Length;
        return true;
    }

    private void Release(AnswerSink sink)
    {
        var held = _held.AsSpan(0, _heldLength);
        (_heldLength, _matched) = (0, 0);
        if (_state == State.Thinking)
        {
            Tell(held, sink);
        }
        else
        {
            sink.Text(choice, held);
        }
    }

    private void Tell(ReadOnlySpan<byte> thought, AnswerSink sink)
    {
        if (!thought.IsEmpty)
        {
            sink.Reasoning(choice, new(Neutral.ReasoningKind.Text, 0, format: null) { Text = thought });
        }
    }

    private static bool IsSpace(int unit) => unit is ' ' or '\n' or '\r' or '\t';

    // The next character where it is one of ASCII; of others a byte or an escape, which are no part of a tag.
    private static int Unit(ReadOnlySpan<byte> escaped, out int length)
    {
        length = 1;
        if (escaped[0] != '\\' || escaped.Length < 2)
        {
            return escaped[0];
        }

        if (escaped[1] == 'u' && escaped.Length >= 6)
        {
            length = 6;
            return Utf8Parser.TryParse(escaped[2..6], out ushort code, out _, 'x') ? code : 0;
        }

        length = 2;
        return escaped[1] switch
        {
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            (byte)'/' => '/',
            _ => 0,
        };
    }
}
