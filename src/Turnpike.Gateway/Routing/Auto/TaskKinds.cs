using System.Collections.Immutable;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary>The words for the kinds of task, and what each asks of a model.</summary>
internal static class TaskKinds
{
    private static readonly ImmutableArray<TaskProfile> _profiles =
    [
        new("code:generation", OutputTokens: 1200) { Coding = 0.7, Reasoning = 0.3 },
        new("code:debugging", OutputTokens: 1000) { Coding = 0.6, Reasoning = 0.4 },
        new("code:review", OutputTokens: 900) { Coding = 0.6, Reasoning = 0.3, Knowledge = 0.1 },
        new("agent", OutputTokens: 600) { Agentic = 0.7, Reasoning = 0.2, Coding = 0.1 },
        new("math", OutputTokens: 1500) { Reasoning = 1 },
        new("reasoning", OutputTokens: 1500) { Reasoning = 0.9, Knowledge = 0.1 },
        new("qa_knowledge", OutputTokens: 500) { Knowledge = 0.8, Reasoning = 0.2 },
        new("advice", OutputTokens: 700) { Knowledge = 0.5, Writing = 0.3, Reasoning = 0.2 },
        new("writing:creative", OutputTokens: 1000) { Writing = 0.9, Reasoning = 0.1 },
        new("writing:business", OutputTokens: 700) { Writing = 0.8, Knowledge = 0.2 },
        new("editing", OutputTokens: 400) { Writing = 1 },
        new("translation", OutputTokens: 400) { Multilingual = 0.8, Writing = 0.2 },
        new("summarisation", OutputTokens: 400) { Writing = 0.6, Reasoning = 0.4 },
        new("extraction", OutputTokens: 400) { Reasoning = 0.6, Agentic = 0.2, Knowledge = 0.2 },
        new("classification", OutputTokens: 60) { Reasoning = 0.6, Knowledge = 0.4 },
        new("roleplay", OutputTokens: 400) { Writing = 1 },
        new("data_analysis", OutputTokens: 900) { Coding = 0.5, Reasoning = 0.5 },
        new("brainstorming", OutputTokens: 600) { Writing = 0.6, Knowledge = 0.4 },
        new("chit_chat", OutputTokens: 100) { Writing = 0.7, Knowledge = 0.3 },
    ];

    public static int Count => _profiles.Length;

    /// <summary>What a kind asks of a model, and its word.</summary>
    public static TaskProfile Profile(TaskKind kind) => _profiles[(int)kind];

    /// <summary>The kind of a word; null when it is none.</summary>
    public static TaskKind? Find(ReadOnlySpan<char> word)
    {
        for (var i = 0; i < _profiles.Length; i++)
        {
            if (word.SequenceEqual(_profiles[i].Word))
            {
                return (TaskKind)i;
            }
        }

        return null;
    }
}
