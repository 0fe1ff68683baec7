using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects;

/// <summary>What of a request its provider was not told, because its dialect has no word for it: by the caller's name for the parameter.
/// Shown in the generation record.</summary>
internal sealed class DroppedParameters
{
    private const int CountMax = 32;
    private List<string>? _names;

    public IReadOnlyList<string> Names => _names ?? [];

    public void Add(string parameter)
    {
        _names ??= [];
        if (_names.Count < CountMax && !_names.Contains(parameter))
        {
            _names.Add(parameter);
        }
    }

    /// <summary>Reports a parameter where the caller set it.</summary>
    public void AddIf(bool isSet, string parameter)
    {
        if (isSet)
        {
            Add(parameter);
        }
    }

    /// <summary>Reports what only OpenAI's chat has words for, where the caller set it.</summary>
    public void AddChatOnly(NeutralRequest request)
    {
        AddIf(!request.AudioOutput.IsEmpty, "audio");
        AddIf(!request.ImageConfig.IsEmpty, "image_config");
        AddIf(!request.Prediction.IsEmpty, "prediction");
        AddIf(!request.WebSearchOptions.IsEmpty, "web_search_options");
    }
}
