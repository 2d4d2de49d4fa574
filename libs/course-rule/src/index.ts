export { evaluate, percentageOf, scoreOf, type BestScore, type DoneAt, type Evaluation } from './evaluate'
export { compileRule, passes, ruleHash, type CompiledRule, type ElectiveGroup, type Rule, type RuleItem, type RuleSource } from './rule'
