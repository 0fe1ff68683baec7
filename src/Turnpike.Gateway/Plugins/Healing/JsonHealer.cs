using System.Text;
using System.Text.Json;

namespace Turnpike.Gateway.Plugins.Healing;

/// <summary>Makes JSON of what is nearly JSON: fences and prose around it, comments, single quotes, bare keys, Python's words, trailing and
/// missing commas, missing brackets. Pure.</summary>
internal ref struct JsonHealer
{
    private const int DepthMax = 128;

    private readonly ReadOnlySpan<char> _text;
    private readonly StringBuilder _output;
    private int _at;
    private int _depth;
    private int _objects;
    private int _arrays;
    private bool _failed;

    private JsonHealer(ReadOnlySpan<char> text)
    {
        _text = text;
        _output = new(text.Length + 16);
    }

    /// <summary>The JSON; the same text where it is JSON already, null where it is not nearly any.</summary>
    public static string? Heal(string text)
    {
        if (IsJson(text))
        {
            return text;
        }

        var start = text.AsSpan().IndexOfAny('{', '[');
        if (start < 0)
        {
            return null;
        }

        var healer = new JsonHealer(text.AsSpan(start));
        healer.Value();
        var healed = healer._output.ToString();
        return !healer._failed && IsJson(healed) ? healed : null;
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Value()
    {
        Skip();
        switch (Peek)
        {
            case '{':
                Container('}');
                break;
            case '[':
                Container(']');
                break;
            case '"' or '\'' or '“':
                String();
                break;
            case '\0':
                _output.Append("null");
                break;
            default:
                Word();
                break;
        }
    }

    private readonly char Peek => _at < _text.Length ? _text[_at] : '\0';

    private void Container(char close)
    {
        if (++_depth > DepthMax)
        {
            _failed = true;
            return;
        }

        (_objects, _arrays) = close == '}' ? (_objects + 1, _arrays) : (_objects, _arrays + 1);
        _output.Append(_text[_at++]);
        for (var isFirst = true; !_failed; isFirst = false)
        {
            Skip(commas: true);
            if (Peek is '}' or ']' or '\0')
            {
                _at += Peek != close && (Peek == '}' ? _objects : _arrays) > 0 ? 0 : 1; // one that is still open has this bracket, and ours is missing
                break;
            }

            if (!isFirst)
            {
                _output.Append(',');
            }

            if (close == '}')
            {
                Key();
            }

            Value();
        }

        _output.Append(close);
        (_objects, _arrays) = close == '}' ? (_objects - 1, _arrays) : (_objects, _arrays - 1);
        _depth--;
    }

    private void Key()
    {
        if (Peek is '"' or '\'' or '“')
        {
            String();
        }
        else
        {
            var start = _at;
            while (_at < _text.Length && (char.IsLetterOrDigit(Peek) || Peek is '_' or '-' or '$' or '.'))
            {
                _at++;
            }

            _failed |= _at == start;
            _output.Append(JsonSerializer.Serialize(_text[start.._at].ToString(), TextJson.Default.String));
        }

        Skip();
        if (Peek is ':' or '=')
        {
            _at++;
        }

        _output.Append(':');
    }

    private void String()
    {
        var open = _text[_at++];
        var close = open == '“' ? '”' : open;
        var inside = new StringBuilder();
        while (_at < _text.Length && Peek != close)
        {
            var letter = _text[_at++];
            if (letter == '\\' && _at < _text.Length)
            {
                inside.Append(Escape());
            }
            else
            {
                inside.Append(letter);
            }
        }

        _at++;
        _output.Append(JsonSerializer.Serialize(inside.ToString(), TextJson.Default.String));
    }

    private char Escape()
    {
        var letter = _text[_at++];
        if (letter == 'u' && _at + 4 <= _text.Length && ushort.TryParse(_text.Slice(_at, 4), System.Globalization.NumberStyles.HexNumber, null, out var code))
        {
            _at += 4;
            return (char)code;
        }

        return letter switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\b',
            'f' => '\f',
            _ => letter,
        };
    }

    // A number, true, false, null, or a text without quotes, up to what ends it.
    private void Word()
    {
        var start = _at;
        while (_at < _text.Length && Peek is not (',' or '}' or ']' or '\n') && !_text[_at..].StartsWith("//") && !_text[_at..].StartsWith("/*"))
        {
            _at++;
        }

        var word = _text[start.._at].Trim();
        _failed |= word.IsEmpty;
        _output.Append(word switch
        {
            "True" => "true",
            "False" => "false",
            "None" or "undefined" or "NaN" => "null",
            _ => IsScalar(word) ? word.ToString() : JsonSerializer.Serialize(word.ToString(), TextJson.Default.String),
        });
    }

    private static bool IsScalar(ReadOnlySpan<char> word)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(word.ToString()));
        try
        {
            return reader.Read() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Skip(bool commas = false)
    {
        while (_at < _text.Length)
        {
            if (char.IsWhiteSpace(Peek) || (commas && Peek == ','))
            {
                _at++;
            }
            else if (_text[_at..].StartsWith("//"))
            {
                SkipTo("\n");
            }
            else if (_text[_at..].StartsWith("/*"))
            {
                SkipTo("*/");
            }
            else
            {
                return;
            }
        }
    }

    private void SkipTo(string end)
    {
        var found = _text[_at..].IndexOf(end);
        _at = found < 0 ? _text.Length : _at + found + end.Length;
    }
}
