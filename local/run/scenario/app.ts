import { App } from 'aws-cdk-lib';
import { addScenarioStack } from './stack';

addScenarioStack(new App());
