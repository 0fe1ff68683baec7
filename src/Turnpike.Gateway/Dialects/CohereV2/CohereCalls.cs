using System.Text;

namespace Turnpike.Gateway.Dialects.CohereV2;

/// <summary>The calls of one answer. A call without arguments has none, an empty text, or the word <c>null</c>: it is told with an empty object.</summary>
internal sealed class CohereCalls
{
    private readonly List<(int Index, bool HasArguments)> _calls = [];

    public void Start(int index, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, AnswerSink sink)
    {
        var number = _calls.Count;
        _calls.Add((index, false));
        sink.ToolCallStart(0, number, id.IsEmpty ? Encoding.ASCII.GetBytes($"call_{number}") : id, name);
    }

    public void Add(int index, ReadOnlySpan<byte> arguments, AnswerSink sink)
    {
        var number = Find(index);
        if (number < 0 || arguments.IsEmpty || (!_calls[number].HasArguments && arguments.SequenceEqual("null"u8)))
        {
            return;
        }

        _calls[number] = (index, true);
        sink.ToolCallArguments(0, number, arguments);
    }

    public void Stop(int index, AnswerSink sink)
    {
        if (Find(index) is >= 0 and var number && !_calls[number].HasArguments)
        {
            Add(index, "{}"u8, sink);
        }
    }

    public void StopAll(AnswerSink sink)
    {
        for (var number = 0; number < _calls.Count; number++)
        {
            Stop(_calls[number].Index, sink);
        }
    }

    private int Find(int index)
    {
        for (var number = _calls.Count - 1; number >= 0; number--)
        {
            if (_calls[number].Index == index)
            {
                return number;
            }
        }

        return -1;
    }
}
