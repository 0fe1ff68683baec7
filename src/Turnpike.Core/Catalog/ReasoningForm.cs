namespace Turnpike.Core.Catalog;

/// <summary>The request field that steers reasoning.</summary>
public enum ReasoningForm
{
    /// <summary>There is none: it cannot be steered.</summary>
    None,

    /// <summary><c>reasoning_effort</c>.</summary>
    Effort,

    /// <summary><c>reasoning {effort, enabled, max_tokens}</c>, as OpenRouter has it.</summary>
    Object,

    /// <summary><c>reasoning {enabled}</c>, with <c>reasoning_effort</c> beside it.</summary>
    EnabledAndEffort,

    /// <summary><c>thinking {type: enabled | disabled, budget_tokens}</c>.</summary>
    Thinking,

    /// <summary><c>thinking {type}</c>, with <c>reasoning_effort</c> beside it.</summary>
    ThinkingAndEffort,

    /// <summary><c>enable_thinking</c> and <c>thinking_budget</c>.</summary>
    EnableThinking,

    /// <summary><c>chat_template_kwargs {enable_thinking}</c>.</summary>
    TemplateKwargs,

    /// <summary><c>chat_template_args {enable_thinking}</c>.</summary>
    TemplateArgs,
}
