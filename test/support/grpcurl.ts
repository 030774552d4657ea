import { describeWithTool, runTool, type Tool, type ToolRun } from './tool.js';

const GRPCURL: Tool = {
  name: 'grpcurl',
  variable: 'GRPCURL',
  probe: ['-version'],
  module: 'github.com/fullstorydev/grpcurl/cmd/grpcurl@latest',
};

/** The real grpcurl, without any .proto file: what it knows comes from the server's reflection. */
export class Grpcurl {
  constructor(private readonly program: string) {}

  /** Runs `grpcurl -plaintext ...args`. Never rejects for what the server answers. */
  run(...args: readonly string[]): Promise<ToolRun> {
    return runTool(this.program, ['-plaintext', ...args]);
  }

  /** Calls a method with a JSON text and returns its answer. @throws Error with what grpcurl says where the call fails */
  async call(address: string, method: string, json: string, ...args: readonly string[]): Promise<unknown> {
    const { code, stdout, stderr } = await this.run(...args, '-d', json, address, method);
    if (code !== 0) throw new Error(`grpcurl ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** Runs a command that has to work; its lines. @throws Error with what grpcurl says */
  async lines(...args: readonly string[]): Promise<string[]> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`grpcurl ended with ${code}: ${stderr}`);
    return stdout.split('\n').filter((line) => line !== '');
  }
}

/** `describe` for tests that need the real grpcurl; see `describeWithTool`. */
export function describeWithGrpcurl(name: string, suite: (grpcurl: Grpcurl) => void): void {
  describeWithTool(GRPCURL, name, (program) => suite(new Grpcurl(program)));
}
